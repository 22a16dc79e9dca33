"""As many requests under way as there are clients: each answer sends the next one."""

import asyncio
import time
from collections.abc import Callable, Sequence

from benchmarks.client import BenchClient
from benchmarks.sizes import Sizes

PATIENCE = 30.0


class ClosedLoop:
    """`send(client)` sends one request, and the next one when a frame with `mark` came to this client.

    `answered` is to be the clients' `on_text`. The answers of the first `sizes.warm` seconds do not count.
    """

    def __init__(self, sizes: Sizes, mark: bytes, send: Callable[[BenchClient], None]) -> None:
        self._sizes, self._mark, self._send = sizes, mark, send
        self._start = self._end = 0.0
        self._counted = self._under_way = 0
        self._errors: list[bytes] = []
        self._idle = asyncio.Event()

    def answered(self, client: BenchClient, payload: bytes) -> None:
        if self._mark not in payload:
            return
        if b'"error"' in payload:
            self._errors.append(payload)
        now = time.perf_counter()
        self._under_way -= 1
        if now < self._end:
            self._counted += now >= self._start
            self._go_on(client)
        elif not self._under_way:
            self._idle.set()

    async def rate(self, clients: Sequence[BenchClient]) -> float:
        """Answers a second. RuntimeError when some were errors."""
        self._start = time.perf_counter() + self._sizes.warm
        self._end = self._start + self._sizes.seconds
        for client in clients:
            self._go_on(client)
        await asyncio.wait_for(self._idle.wait(), self._sizes.warm + self._sizes.seconds + PATIENCE)
        if self._errors:
            raise RuntimeError(f"{len(self._errors)} were refused: {self._errors[0]!r}")
        return self._counted / self._sizes.seconds

    def _go_on(self, client: BenchClient) -> None:
        self._under_way += 1
        self._send(client)
