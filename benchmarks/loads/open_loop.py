"""Requests that leave when they are due, whatever became of those before, and how late their answers come."""

import asyncio
import time
from collections.abc import Callable, Sequence

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.task import Result, percentile
from benchmarks.sizes import Sizes

PATIENCE = 30.0
REQUEST_ID = b'"requestId":"'


class OpenLoop:
    """`request(client, number)` is the text of a request whose id is that number; its answer has `mark`.

    `answered` is to be the clients' `on_text`. What was due in the first `sizes.warm` seconds does not count.
    """

    def __init__(self, sizes: Sizes, mark: bytes, request: Callable[[BenchClient, int], bytes]) -> None:
        self._sizes, self._mark, self._request = sizes, mark, request
        self._due: dict[bytes, float] = {}
        self._delays: list[tuple[float, float]] = []
        self._errors: list[bytes] = []
        self._all_answered = asyncio.Event()

    def answered(self, client: BenchClient, payload: bytes) -> None:
        if self._mark not in payload:
            return
        if b'"error"' in payload:
            self._errors.append(payload)
        at = payload.index(REQUEST_ID) + len(REQUEST_ID)
        due = self._due.pop(payload[at : payload.index(b'"', at)])
        self._delays.append((due, (time.perf_counter() - due) * 1000))
        if not self._due:
            self._all_answered.set()

    async def latencies(self, clients: Sequence[BenchClient], per_second: int) -> Result:
        """p50 and p99 in milliseconds from the moment a request was due until its answer."""
        total = int(per_second * (self._sizes.warm + self._sizes.seconds))
        first = time.perf_counter() + 0.2
        for number in range(1, total + 1):
            due = first + number / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            client = clients[number % len(clients)]
            self._due[b"%d" % number] = due
            self._all_answered.clear()
            client.transport.write(text_frame(self._request(client, number)))
        async with asyncio.timeout(PATIENCE):
            await self._all_answered.wait()
        if self._errors:
            raise RuntimeError(f"{len(self._errors)} were refused: {self._errors[0]!r}")
        counted = [delay for due, delay in self._delays if due >= first + self._sizes.warm]
        return {"p50": percentile(counted, 0.5), "p99": percentile(counted, 0.99)}
