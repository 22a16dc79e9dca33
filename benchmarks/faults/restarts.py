"""An operator restarts the server under load, by SIGTERM."""

import asyncio
import time

from benchmarks.faults.load import Load
from benchmarks.faults.outcome import FaultFailed, Outcome
from benchmarks.faults.world import World

TITLE = "restart by SIGTERM under load"
RESTARTS, SHORT_RESTARTS = 5, 1
LOAD_SECONDS = 0.7


async def run(world: World) -> Outcome:
    server = await world.server()
    load = await Load.prepare(world, server)
    longest = 0.0
    for _ in range(SHORT_RESTARTS if world.short else RESTARTS):
        async with load.run():
            await asyncio.sleep(LOAD_SECONDS)
            began = time.monotonic()
            code = await asyncio.to_thread(server.stop)
            longest = max(longest, time.monotonic() - began)
        if code:
            raise FaultFailed(f"the server ended with {code}")
        await server.begin()
        await load.come_back()
    outcome = await load.settle()
    if "Traceback" in server.log():
        raise FaultFailed(f"a traceback in the log: {server.log()[-1500:]}")
    refused = sum(sender.refused for sender in load.senders)
    outcome.figures = {"longest end, s": round(longest, 1), "answered with an error": refused}
    return outcome
