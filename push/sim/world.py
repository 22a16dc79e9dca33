"""What the services of one simulator share."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from .accounts import Accounts
from .authority import Authority
from .faults import Faults
from .log import Log
from .subscriptions import Subscriptions


@dataclass
class World:
    """`ahead`: seconds that the services' clock is ahead, so that tokens age. `revoked` ones are expired."""

    accounts: Accounts
    authority: Authority
    log: Log
    subscriptions: Subscriptions
    faults: Faults = field(default_factory=Faults)
    revoked: set[str] = field(default_factory=set)
    ahead: float = 0.0
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def new(cls, folder: Path | None = None, log: Path | None = None) -> "World":
        accounts = Accounts(folder)
        return cls(accounts, Authority(folder), Log(log), Subscriptions(accounts.application_server_key))

    def now(self) -> float:
        return time.time() + self.ahead

    def release(self) -> None:
        """Let go what black holes hold: it is taken and answered now."""
        former, self._released = self._released, asyncio.Event()
        former.set()

    async def released(self) -> None:
        await self._released.wait()
