"""What one client, message or job may use in all the runs that it causes together (cloud-code.md §9)."""

import asyncio
from dataclasses import dataclass

from cloudcode.sandbox.running import Refused

MOST_MESSAGES = 1_000
MOST_REQUESTS = 200
DEEPEST = 8  # requests whose scripts send requests


@dataclass(slots=True)
class Budget:
    """`deadline` by the loop's clock."""

    deadline: float
    messages: int = 0
    requests: int = 0
    depth: int = 0

    @classmethod
    def of_seconds(cls, seconds: float) -> "Budget":
        return cls(asyncio.get_running_loop().time() + seconds)

    def take_message(self) -> None:
        """Raises Refused."""
        self.messages += 1
        if self.messages > MOST_MESSAGES:
            raise Refused(f"more than {MOST_MESSAGES} messages in one run")

    def take_request(self) -> None:
        """Raises Refused."""
        self.requests += 1
        if self.requests > MOST_REQUESTS:
            raise Refused(f"more than {MOST_REQUESTS} requests in one run")
