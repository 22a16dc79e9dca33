"""Requests that write by a transaction of their own, as most do: ChangeUserDetailsRequest stands for them."""

import asyncio
import time

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.task import Result, Task

CHANGE = b'{"@class":".ChangeUserDetailsRequest","requestId":"%d","displayName":"Player %d"}'
AT_ONCE = 50


async def other_request_rate(task: Task) -> Result:
    """Closed loop of AT_ONCE: as many as keep eight database threads busy."""
    sizes, counted, number = task.sizes, 0, 0
    start = time.perf_counter() + sizes.warm
    end, idle = start + sizes.seconds, asyncio.Event()
    clients: list[BenchClient] = []
    errors: list[bytes] = []
    under_way = 0

    def send(client: BenchClient) -> None:
        nonlocal number, under_way
        number, under_way = number + 1, under_way + 1
        client.transport.write(text_frame(CHANGE % (number, number)))

    def answered(client: BenchClient, payload: bytes) -> None:
        nonlocal counted, under_way
        now, under_way = time.perf_counter(), under_way - 1
        if b'"error"' in payload:
            errors.append(payload)
        if now < end:
            counted += now >= start
            send(client)
        elif not under_way:
            idle.set()

    clients += await task.players(task.tokens[:AT_ONCE], answered)
    start = time.perf_counter() + sizes.warm
    end = start + sizes.seconds
    for client in clients:
        send(client)
    await asyncio.wait_for(idle.wait(), sizes.warm + sizes.seconds + 30)
    if errors:
        raise RuntimeError(f"{len(errors)} were refused: {errors[0]!r}")
    return {"rate": counted / sizes.seconds}
