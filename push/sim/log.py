"""What arrived, and what was really delivered."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .wire import Asked, Push

KEPT = 100_000  # entries of each list; the file holds all


@dataclass(frozen=True, slots=True)
class Request:
    """A push request that was read to its end. `verdict`: `accepted`, or the code it was refused with.

    `rule` is what a refused one broke; `fault` the kind of the fault that it met.
    """

    service: str
    asked: Asked
    push: Push | None
    verdict: str
    rule: str = ""
    fault: str = ""

    @property
    def document(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "token": self.push.token if self.push else "",
            "path": self.asked.path,
            "verdict": self.verdict,
            "rule": self.rule,
            "fault": self.fault,
        }


@dataclass
class Log:
    """`delivered` holds one document a push that a service took responsibility for, in that order:
    `{number, service, token, payload, collapseKey, ttl, atMs}`. `file` gets the same as JSON lines.
    """

    file: Path | None = None
    delivered: "deque[dict[str, Any]]" = field(default_factory=lambda: deque(maxlen=KEPT))
    requests: "deque[Request]" = field(default_factory=lambda: deque(maxlen=KEPT))
    counts: "Counter[str]" = field(default_factory=Counter)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def request(self, request: Request) -> None:
        self.requests.append(request)
        self.counts[f"{request.service} {request.verdict}"] += 1
        self.moved()

    def deliver(self, service: str, push: Push) -> None:
        self.counts["delivered"] += 1
        document = {
            "number": self.counts["delivered"],
            "service": service,
            "token": push.token,
            "payload": push.payload,
            "collapseKey": push.collapse_key,
            "ttl": push.ttl,
            "atMs": int(time.time() * 1000),
        }
        self.delivered.append(document)
        if self.file is not None:
            with self.file.open("a") as lines:
                lines.write(json.dumps(document, ensure_ascii=False) + "\n")
        self.moved()

    def clear(self) -> None:
        self.delivered.clear()
        self.requests.clear()
        self.counts.clear()

    def moved(self) -> None:
        """Something changed that somebody may wait for."""
        self._moved.set()

    async def until(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Looked at again whenever a request, a delivery or a connection has come. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._moved.clear()
                await self._moved.wait()
