"""One message to everybody: from the request until the last socket has it."""

import asyncio
import json
import time

from benchmarks.client import BenchClient
from benchmarks.loads.task import Result, Task, percentile

WITHIN = 60.0
BETWEEN = 2.0  # seconds: confirmations and the database's own work settle


async def fanout(task: Task) -> Result:
    received, done = 0, asyncio.Event()
    mark = f'"extCode":"{task.ext_code}"'.encode()

    def count(client: BenchClient, payload: bytes) -> None:
        nonlocal received
        if mark in payload:
            received += 1
            if received == len(sockets):
                done.set()

    sockets: list[BenchClient] = []
    sockets += await task.players(task.tokens, count)
    server = await task.own_server()
    await asyncio.sleep(BETWEEN)
    rates = []
    for number in range(task.sizes.fanouts):
        received, start = 0, time.perf_counter()
        done.clear()
        ask = {
            "@class": ".SendMessageRequest", "requestId": str(number), "extCode": task.ext_code,
            "playerIds": task.ids, "data": {"text": "fan-out"},
        }  # fmt: skip
        server.send(json.dumps(ask))
        await asyncio.wait_for(done.wait(), WITHIN)
        rates.append(len(sockets) / (time.perf_counter() - start))
        await asyncio.sleep(BETWEEN)
    return {"rate": percentile(rates[1:], 0.5)}  # the first one finds everything cold
