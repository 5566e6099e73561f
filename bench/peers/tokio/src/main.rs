// SPDX-License-Identifier: MIT
// tokio: one task and one interval a loop, current-thread runtime (see ../../README.md).
use std::cell::RefCell;
use std::rc::Rc;
use tokio::task::LocalSet;
use tokio::time::{interval_at, sleep, sleep_until, Duration, Instant};

const PERIOD: Duration = Duration::from_secs(1);

struct Lateness {
    buckets: Vec<u64>,
    count: u64,
    max: u64,
}

impl Lateness {
    fn new() -> Self {
        Lateness { buckets: vec![0; 64 * 60], count: 0, max: 0 }
    }
    fn add(&mut self, late: Duration) {
        let us = late.as_micros() as u64;
        let shift = (64 - us.leading_zeros()).saturating_sub(7);
        self.buckets[(u64::from(shift) * 64 + (us >> shift)) as usize] += 1;
        self.count += 1;
        self.max = self.max.max(us);
    }
    fn quantile(&self, share: f64) -> u64 {
        let mut seen = 0;
        for (i, n) in self.buckets.iter().enumerate() {
            seen += n;
            if seen != 0 && seen as f64 >= share * self.count as f64 {
                let shift = if i < 128 { 0 } else { i / 64 - 1 };
                return ((i - shift * 64) as u64) << shift;
            }
        }
        0
    }
}

fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|p| p.parse().ok()).unwrap_or(0.0);
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as f64
}

fn cpu() -> f64 {
    let mut u: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut u) };
    (u.ru_utime.tv_sec + u.ru_stime.tv_sec) as f64 + 1e-6 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec) as f64
}

async fn measure(n: u64, seconds: u64) {
    let late = Rc::new(RefCell::new(Lateness::new()));
    let before = resident();
    let began = Instant::now();
    let grid = began + PERIOD.max(Duration::from_micros(2) * n as u32);
    let mut tasks = Vec::with_capacity(n as usize);
    for i in 0..n {
        let late = late.clone();
        tasks.push(tokio::task::spawn_local(async move {
            let mut interval = interval_at(grid + PERIOD / n as u32 * (i * 7919 % n) as u32, PERIOD);
            loop {
                let slot = interval.tick().await;
                late.borrow_mut().add(slot.elapsed());
            }
        }));
    }
    tokio::task::yield_now().await;
    let startup = began.elapsed();
    sleep_until(grid + PERIOD * 3 / 2).await;
    let per_loop = (resident() - before) / n as f64;

    *late.borrow_mut() = Lateness::new();
    let (cpu0, start) = (cpu(), Instant::now());
    sleep(Duration::from_secs(seconds)).await;
    let (spent, wall) = (cpu() - cpu0, start.elapsed().as_secs_f64());
    let (fires, p50, p99, max) = {
        let l = late.borrow();
        (l.count as f64, l.quantile(0.5), l.quantile(0.99), l.max)
    };

    let end = Instant::now();
    for t in &tasks {
        t.abort();
    }
    for t in tasks {
        let _ = t.await;
    }
    println!(
        "{{\"program\":\"tokio\",\"loops\":{n},\"seconds\":{wall:.3},\"fires_per_second\":{:.0},\
         \"cpu_seconds_per_million_fires\":{:.3},\
         \"late_p50_us\":{p50},\"late_p99_us\":{p99},\"late_max_us\":{max},\
         \"resident_bytes_per_loop\":{per_loop:.0},\"allocations_per_fire\":null,\"startup_seconds\":{:.3},\
         \"teardown_seconds\":{:.3}}}",
        fires / wall,
        spent / fires * 1e6,
        startup.as_secs_f64(),
        end.elapsed().as_secs_f64()
    );
}

fn main() {
    let args: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).filter(|&n| n > 0).collect();
    let [n, seconds] = args[..] else {
        eprintln!("usage: scale LOOPS SECONDS");
        std::process::exit(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, measure(n, seconds));
}
