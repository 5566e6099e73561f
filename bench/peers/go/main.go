// SPDX-License-Identifier: MIT

// Go: one goroutine and one time.Ticker per loop (see ../README.md).
package main

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const period = time.Second

var buckets [64 * 60]atomic.Uint64
var count, maximum atomic.Uint64

func add(late time.Duration) {
	us := uint64(max(late, 0)) / 1000
	shift := 0
	if w := bits.Len64(us); w > 7 {
		shift = w - 7
	}
	buckets[uint64(shift*64)+us>>shift].Add(1)
	count.Add(1)
	for m := maximum.Load(); us > m && !maximum.CompareAndSwap(m, us); m = maximum.Load() {
	}
}

func max(a, b time.Duration) time.Duration {
	if a > b {
		return a
	}
	return b
}

func quantile(share float64) uint64 {
	seen := uint64(0)
	for i := range buckets {
		seen += buckets[i].Load()
		if seen != 0 && float64(seen) >= share*float64(count.Load()) {
			shift := 0
			if i >= 128 {
				shift = i/64 - 1
			}
			return uint64(i-shift*64) << shift
		}
	}
	return 0
}

func resident() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var total, pages float64
	fmt.Sscan(string(text), &total, &pages)
	return pages * float64(os.Getpagesize())
}

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano()) * 1e-9
}

func main() {
	n, seconds := 0, 0
	if len(os.Args) == 3 {
		n, _ = strconv.Atoi(os.Args[1])
		seconds, _ = strconv.Atoi(os.Args[2])
	}
	if n < 1 || seconds < 1 {
		fmt.Fprintln(os.Stderr, "usage: scale LOOPS SECONDS")
		os.Exit(2)
	}
	runtime.GOMAXPROCS(1)
	before := resident()
	began := time.Now()
	lead := max(period, time.Duration(n)*10*time.Microsecond)
	grid := began.Add(lead)
	var ready, done sync.WaitGroup
	stop := make(chan struct{})
	ready.Add(n)
	done.Add(n)
	for i := 0; i < n; i++ {
		go func(i int) {
			defer done.Done()
			phase := grid.Add(period / time.Duration(n) * time.Duration(i*7919%n))
			first := time.NewTimer(time.Until(phase))
			ready.Done()
			select {
			case <-first.C:
			case <-stop:
				return
			}
			ticker := time.NewTicker(period)
			defer ticker.Stop()
			slot := time.Now().Add(period)
			for {
				select {
				case <-ticker.C:
					add(time.Since(slot))
					slot = slot.Add(period)
				case <-stop:
					return
				}
			}
		}(i)
	}
	ready.Wait()
	startup := time.Since(began)
	time.Sleep(time.Until(grid.Add(period * 5 / 2)))
	perLoop := (resident() - before) / float64(n)

	for i := range buckets {
		buckets[i].Store(0)
	}
	count.Store(0)
	maximum.Store(0)
	cpu0, start := cpu(), time.Now()
	time.Sleep(time.Duration(seconds) * time.Second)
	wall, spent := time.Since(start).Seconds(), cpu()-cpu0
	fires, p50, p99, most := float64(count.Load()), quantile(0.5), quantile(0.99), maximum.Load()

	end := time.Now()
	close(stop)
	done.Wait()
	teardown := time.Since(end)
	line, _ := json.Marshal(map[string]any{
		"program": "go", "loops": n, "seconds": wall, "fires_per_second": int64(fires / wall),
		"cpu_seconds_per_million_fires": spent / fires * 1e6,
		"late_p50_us": p50, "late_p99_us": p99, "late_max_us": most,
		"resident_bytes_per_loop": int64(perLoop), "allocations_per_fire": nil,
		"startup_seconds": startup.Seconds(), "teardown_seconds": teardown.Seconds(),
	})
	fmt.Println(string(line))
}
