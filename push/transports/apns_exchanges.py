"""The requests of one APNs connection that wait for their answers, by stream."""

import asyncio
import json
from dataclasses import dataclass, field

from aioapns.common import NotificationResult

LARGEST_ANSWER = 16_384


class StreamRefused(Exception):
    """The server did not process the request: it may be sent again at once."""


@dataclass(slots=True)
class _Exchange:
    answer: "asyncio.Future[NotificationResult]"
    request_id: str
    status: str = ""
    body: bytearray = field(default_factory=bytearray)


class Exchanges:
    """What arrives for a stream that nobody waits for any more is dropped."""

    def __init__(self) -> None:
        self._by_stream: dict[int, _Exchange] = {}

    def __len__(self) -> int:
        return len(self._by_stream)

    def begin(self, stream: int, request_id: str) -> "asyncio.Future[NotificationResult]":
        exchange = _Exchange(asyncio.get_running_loop().create_future(), request_id)
        self._by_stream[stream] = exchange
        return exchange.answer

    def forget(self, stream: int) -> None:
        self._by_stream.pop(stream, None)

    def on_status(self, stream: int, status: str) -> None:
        if exchange := self._by_stream.get(stream):
            exchange.status = status

    def on_data(self, stream: int, data: bytes) -> None:
        if exchange := self._by_stream.get(stream):
            exchange.body += data[: LARGEST_ANSWER - len(exchange.body)]

    def on_end(self, stream: int) -> None:
        exchange = self._by_stream.get(stream)
        if exchange is None or exchange.answer.done():
            return
        reason, timestamp = _read_answer(bytes(exchange.body))
        result = NotificationResult(exchange.request_id, exchange.status, reason, timestamp)
        exchange.answer.set_result(result)

    def fail(self, stream: int, error: Exception) -> None:
        exchange = self._by_stream.get(stream)
        if exchange is not None and not exchange.answer.done():
            exchange.answer.set_exception(error)

    def fail_above(self, last_stream: int, error: Exception) -> None:
        """A copy for each: one exception raised in many places would collect all their tracebacks."""
        for stream in [stream for stream in self._by_stream if stream > last_stream]:
            self.fail(stream, type(error)(*error.args))


def _read_answer(body: bytes) -> tuple[str, int | None]:
    """The error's reason, and the time in milliseconds from which a token was known to be dead."""
    try:
        answer = json.loads(body) if body else {}
        timestamp = answer.get("timestamp")
        return str(answer.get("reason", "")), int(timestamp) if timestamp is not None else None
    except (ValueError, AttributeError, TypeError):
        return "", None
