# SPDX-License-Identifier: MIT
"""discord.ext.tasks, the model of the library: one tasks.loop per loop."""
import asyncio
import time

from discord.ext import tasks

from scale import PERIOD, Scale

scale = Scale("discord.py", 150e-6)


def make(i):
    slot = None

    @tasks.loop(seconds=PERIOD)
    async def loop():
        nonlocal slot
        if slot is None:
            slot = time.monotonic()
        scale.fired(slot)
        slot += PERIOD

    @loop.before_loop
    async def before():
        await asyncio.sleep(scale.phase(i) - time.monotonic())

    return loop


async def main():
    loops = []

    async def start():
        loops.extend(make(i) for i in range(scale.loops))
        for one in loops:
            one.start()
        await asyncio.sleep(0)

    async def end():
        running = [one.get_task() for one in loops]
        for one in loops:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    await scale.measure(start, end)


asyncio.run(main())
