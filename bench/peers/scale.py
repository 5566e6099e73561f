# SPDX-License-Identifier: MIT
"""Shared by the Python peers (see README.md): the grid and the measurement."""
import asyncio
import json
import resource
import sys
import time

PERIOD = 1.0


class Scale:
    def __init__(self, program, factor):
        try:
            self.loops, self.seconds = (int(a) for a in sys.argv[1:])
            if self.loops < 1 or self.seconds < 1:
                raise ValueError
        except ValueError:
            sys.exit(f"usage: {sys.argv[0]} LOOPS SECONDS")
        self.program = program
        self.lead = max(PERIOD, self.loops * factor)  # all loops have started by then
        self.late = []

    def phase(self, i):
        return self.grid + PERIOD * (i * 7919 % self.loops) / self.loops

    def fired(self, slot):
        self.late.append(time.monotonic() - slot)

    async def measure(self, start, end):
        """Measures; `start()` and `end()` are coroutines that start and end all loops."""
        resident = _resident()
        began = time.monotonic()
        self.grid = began + self.lead
        await start()
        startup = time.monotonic() - began
        await asyncio.sleep(self.grid + 1.5 * PERIOD - time.monotonic())
        per_loop = (_resident() - resident) / self.loops
        self.late.clear()
        cpu, wall = time.process_time(), time.monotonic()
        await asyncio.sleep(self.seconds)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        late = sorted(max(0, int(s * 1e6)) for s in self.late)
        stopped = time.monotonic()
        await end()
        teardown = time.monotonic() - stopped
        fires = len(late)
        print(json.dumps({
            "program": self.program, "loops": self.loops, "seconds": round(wall, 3),
            "fires_per_second": round(fires / wall),
            "cpu_seconds_per_million_fires": round(cpu / fires * 1e6, 3) if fires else None,
            "late_p50_us": late[fires // 2] if fires else None,
            "late_p99_us": late[fires * 99 // 100] if fires else None,
            "late_max_us": late[-1] if fires else None,
            "resident_bytes_per_loop": round(per_loop), "allocations_per_fire": None,
            "startup_seconds": round(startup, 3), "teardown_seconds": round(teardown, 3),
        }, separators=(",", ":")))


def _resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize()
