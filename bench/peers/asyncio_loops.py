# SPDX-License-Identifier: MIT
"""asyncio: one task per loop, which sleeps until its slot."""
import asyncio
import time

from scale import PERIOD, Scale

scale = Scale("asyncio", 30e-6)


async def body():
    pass


async def loop(i):
    slot = scale.phase(i)
    while True:
        await asyncio.sleep(slot - time.monotonic())
        await body()
        scale.fired(slot)
        slot += PERIOD


async def main():
    running = []

    async def start():
        running.extend(asyncio.create_task(loop(i)) for i in range(scale.loops))
        await asyncio.sleep(0)

    async def end():
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    await scale.measure(start, end)


asyncio.run(main())
