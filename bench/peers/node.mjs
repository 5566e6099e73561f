// SPDX-License-Identifier: MIT
// Node.js: one setInterval per loop (see README.md).
const [n, seconds] = process.argv.slice(2).map(Number);
if (!(n >= 1 && seconds >= 1)) {
    console.error("usage: node node.mjs LOOPS SECONDS");
    process.exit(2);
}
const periodMs = 1000;
const buckets = new Float64Array(64 * 60);
let count = 0;
let max = 0;

function add(ms) {
    const us = Math.max(0, Math.floor(ms * 1000));
    let shift = 0;
    while (Math.floor(us / 2 ** shift) >= 128) ++shift;
    ++buckets[shift * 64 + Math.floor(us / 2 ** shift)];
    ++count;
    if (us > max) max = us;
}

function quantile(share) {
    let seen = 0;
    for (let i = 0; i < buckets.length; ++i) {
        seen += buckets[i];
        if (seen !== 0 && seen >= share * count) {
            const shift = i < 128 ? 0 : Math.floor(i / 64) - 1;
            return (i - shift * 64) * 2 ** shift;
        }
    }
    return 0;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const residentBefore = process.memoryUsage.rss();
const slots = new Float64Array(n);
const timers = new Array(n);
const began = performance.now();
const lead = Math.max(periodMs, n * 0.004);
for (let i = 0; i < n; ++i) {
    const phase = began + lead + Math.floor(((i * 7919) % n) * (periodMs / n));
    timers[i] = setTimeout(() => {
        slots[i] = performance.now() + periodMs;
        timers[i] = setInterval(() => {
            const now = performance.now();
            add(now - slots[i]);
            slots[i] = now + periodMs;
        }, periodMs);
    }, phase - performance.now());
}
const startup = (performance.now() - began) / 1000;
await sleep(began + lead + 2.5 * periodMs - performance.now());
const bytes = (process.memoryUsage.rss() - residentBefore) / n;

buckets.fill(0);
count = max = 0;
const cpu0 = process.cpuUsage();
const start = performance.now();
await sleep(seconds * 1000);
const wall = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpu0);
const spent = (cpu.user + cpu.system) / 1e6;
const fires = count;
const end = performance.now();
for (const t of timers) clearInterval(t);
await sleep(0);
const teardown = (performance.now() - end) / 1000;
const round = (x) => Math.round(x * 1000) / 1000;
console.log(JSON.stringify({
    program: "node", loops: n, seconds: round(wall), fires_per_second: Math.round(fires / wall),
    cpu_seconds_per_million_fires: round((spent / fires) * 1e6),
        late_p50_us: quantile(0.5), late_p99_us: quantile(0.99),
    late_max_us: max, resident_bytes_per_loop: Math.round(bytes), allocations_per_fire: null,
    startup_seconds: round(startup), teardown_seconds: round(teardown),
}));
