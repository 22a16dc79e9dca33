"""What one client, message or job may use in all the runs that it causes together (cloud-code.md §9)."""

import asyncio
from dataclasses import dataclass

from django.conf import settings

from cloudcode.sandbox.running import Refused

MOST_MESSAGES = 1_000
MOST_REQUESTS = 200
MOST_SCHEDULED = 1_000
MOST_CALLS = 100  # over HTTP
MOST_MAILS = 20
DEEPEST = 8  # requests whose scripts send requests
MARGIN_MS = 2_000  # from the end of a run to that of its lease


def lease_ms() -> int:
    """How long whoever runs a script that nobody waits for has it: longer than the run may take."""
    return int(settings.FLINT_SCRIPT_MESSAGE_SECONDS * 1000) + MARGIN_MS


@dataclass(slots=True)
class Budget:
    """`deadline` by the loop's clock. `locks`: how often its runs hold each (cloudcode/locks.py), once they
    took any; `owner` is whom these are then held by."""

    deadline: float
    messages: int = 0
    requests: int = 0
    scheduled: int = 0
    calls: int = 0
    mails: int = 0
    depth: int = 0
    owner: str = ""
    locks: dict[str, int] | None = None

    @classmethod
    def of_seconds(cls, seconds: float) -> "Budget":
        return cls(asyncio.get_running_loop().time() + seconds)

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return max(0.0, self.deadline - asyncio.get_running_loop().time())

    def take_message(self) -> None:
        """Raises Refused, as the others do."""
        self.messages += 1
        _check(self.messages, MOST_MESSAGES, "messages")

    def take_request(self) -> None:
        self.requests += 1
        _check(self.requests, MOST_REQUESTS, "requests")

    def take_scheduled(self) -> None:
        self.scheduled += 1
        _check(self.scheduled, MOST_SCHEDULED, "scheduled modules")

    def take_call(self) -> None:
        self.calls += 1
        _check(self.calls, MOST_CALLS, "HTTP calls")

    def take_mail(self) -> None:
        self.mails += 1
        _check(self.mails, MOST_MAILS, "mails")


def _check(used: int, most: int, what: str) -> None:
    if used > most:
        raise Refused(f"more than {most} {what} in one run")
