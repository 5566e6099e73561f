// SPDX-License-Identifier: MIT
// libuv: one timer per loop, re-armed to its grid (see README.md).
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

static const uint64_t period = 1000000000u;

typedef struct {
    uv_timer_t timer;
    uint64_t slot; // ns
} one_loop;

static uint64_t buckets[64 * 60], count, max_us;

static void add(uint64_t late_ns)
{
    uint64_t us = late_ns / 1000;
    unsigned shift = 0;
    while ((us >> shift) >= 128)
        ++shift;
    ++buckets[shift * 64 + (us >> shift)];
    ++count;
    if (us > max_us)
        max_us = us;
}

static uint64_t quantile(double share)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < sizeof buckets / sizeof *buckets; ++i) {
        seen += buckets[i];
        if (seen != 0 && (double)seen >= share * (double)count) {
            size_t shift = i < 128 ? 0 : i / 64 - 1;
            return (uint64_t)(i - shift * 64) << shift;
        }
    }
    return 0;
}

static void fire(uv_timer_t* timer)
{
    one_loop* l = (one_loop*)timer;
    uint64_t now = uv_hrtime();
    add(now > l->slot ? now - l->slot : 0);
    l->slot += period;
    // Whole milliseconds, rounded up, relative to the event loop's own now.
    uint64_t base = uv_now(timer->loop) * 1000000u;
    uint64_t wait = l->slot > base ? (l->slot - base + 999999u) / 1000000u : 0;
    uv_timer_start(timer, fire, wait, 0);
}

static double cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static long resident(void)
{
    long total = 0, pages = 0;
    FILE* f = fopen("/proc/self/statm", "r");
    if (f) {
        if (fscanf(f, "%ld %ld", &total, &pages) != 2)
            pages = 0;
        fclose(f);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

static void stop(uv_timer_t* t)
{
    uv_stop(t->loop);
}

static void run_for(uv_loop_t* loop, uint64_t ms)
{
    uv_timer_t end;
    uv_timer_init(loop, &end);
    uv_update_time(loop);
    uv_timer_start(&end, stop, ms, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t*)&end, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

int main(int argc, char** argv)
{
    long n = argc == 3 ? atol(argv[1]) : 0;
    long seconds = argc == 3 ? atol(argv[2]) : 0;
    if (n < 1 || seconds < 1) {
        fprintf(stderr, "usage: %s LOOPS SECONDS\n", argv[0]);
        return 2;
    }
    uv_loop_t loop;
    uv_loop_init(&loop);
    long before = resident();
    uint64_t began = uv_hrtime();
    uint64_t lead = (uint64_t)n * 2000u > period ? (uint64_t)n * 2000u : period;
    uint64_t grid = began + lead;
    one_loop* all = malloc((size_t)n * sizeof *all);
    if (!all)
        return 1;
    for (long i = 0; i < n; ++i) {
        uv_timer_init(&loop, &all[i].timer);
        all[i].slot = grid + period / (uint64_t)n * (uint64_t)(i * 7919 % n);
        uint64_t now = uv_now(&loop) * 1000000u;
        uv_timer_start(&all[i].timer, fire, (all[i].slot - now + 999999u) / 1000000u, 0);
    }
    double startup = (double)(uv_hrtime() - began) * 1e-9;
    run_for(&loop, (grid + period + period / 2 - uv_hrtime()) / 1000000u);
    double bytes = (double)(resident() - before) / (double)n;

    for (size_t i = 0; i < sizeof buckets / sizeof *buckets; ++i)
        buckets[i] = 0;
    count = max_us = 0;
    double cpu0 = cpu();
    uint64_t start = uv_hrtime();
    run_for(&loop, (uint64_t)seconds * 1000u);
    double wall = (double)(uv_hrtime() - start) * 1e-9;
    double spent = cpu() - cpu0;
    double fires = (double)count;

    uint64_t end = uv_hrtime();
    for (long i = 0; i < n; ++i)
        uv_close((uv_handle_t*)&all[i].timer, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    free(all);
    double teardown = (double)(uv_hrtime() - end) * 1e-9;
    printf("{\"program\":\"libuv\",\"loops\":%ld,\"seconds\":%.3f,\"fires_per_second\":%.0f,"
           "\"cpu_seconds_per_million_fires\":%.3f,"
           "\"late_p50_us\":%llu,\"late_p99_us\":%llu,\"late_max_us\":%llu,"
           "\"resident_bytes_per_loop\":%.0f,\"allocations_per_fire\":null,\"startup_seconds\":%.3f,"
           "\"teardown_seconds\":%.3f}\n",
           n, wall, fires / wall, spent / fires * 1e6, (unsigned long long)quantile(0.5),
           (unsigned long long)quantile(0.99), (unsigned long long)max_us, bytes, startup, teardown);
    return 0;
}
