"""One run of a script by hand: for real, or as a dry run that leaves nothing behind.

A dry run is one transaction on one connection, which is rolled back at its end. What would leave the database
is written down and not done. Since nothing is committed, no message is delivered and no message script runs.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from cloudcode import locks
from cloudcode.budget import Budget
from cloudcode.host import Caller, Kept, run_script, watching
from cloudcode.logs import RunLog
from cloudcode.models import ScriptLog
from cloudcode.sandbox.running import Outcome, Script
from games.config import GameConfig
from games.events import PlatformEvent
from games.signals import platform_event
from protocol.run import Run
from realtime import database

DRY_SECONDS = 3.0  # on SQLite nobody else writes meanwhile

# Operations that reach beyond the database, with what the script gets instead in a dry run.
LEAVING: Mapping[str, Any] = {
    "http.call": {"status": 200, "headers": {}, "text": "{}"},
    "mail.send": '{"message":"success"}',
    "player.disconnect": None,
}


@dataclass
class Called:
    """One thing that a run asked the server for; `done` False where a dry run did not do it."""

    operation: str
    arguments: list[Any]
    done: bool


@dataclass
class Report:
    """What came of it. `runs` are the run's own and those of requests that it executed, the own last."""

    runs: list[tuple[RunLog, Outcome, float, int]] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    messages: list[PlatformEvent] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)

    @property
    def log(self) -> list[ScriptLog]:
        return sorted((row for log, *_ in self.runs for row in log.rows), key=lambda row: row.pk)


class Watching:
    """A cloudcode.host.Watcher that writes down what runs ask for."""

    def __init__(self, report: Report, leaving: Mapping[str, Any]) -> None:
        self._report, self._leaving = report, leaving

    async def call(self, operation: str, arguments: list[Any], do: Callable[[], Awaitable[Any]]) -> Any:
        done = operation not in self._leaving
        self._report.calls.append(Called(operation, arguments, done))
        return await do() if done else self._leaving[operation]

    def ended(self, log: RunLog, outcome: Outcome, took_ms: float, calls: int) -> None:
        self._report.runs.append((log, outcome, took_ms, calls))

    def announced(self, event: PlatformEvent, **_: Any) -> None:
        """A receiver of platform_event."""
        self._report.messages.append(event)


async def try_script(
    script: Script,
    config: GameConfig,
    player_id: str | None,
    data: Mapping[str, Any],
    dry: bool,
    seconds: float,
) -> Report:
    """`seconds` at most; a dry run has DRY_SECONDS if that is less."""
    report = Report()
    watcher = Watching(report, LEAVING if dry else {})
    watching.set(watcher)
    platform_event.connect(watcher.announced, weak=False)
    try:
        async with _undone() if dry else _kept():
            own = [] if player_id is None else [player_id]
            given = Budget.of_seconds(min(seconds, DRY_SECONDS) if dry else seconds)
            async with locks.released(given) as budget:
                caller = Caller(config, Run(), budget, player_id, player_ids=own)
                await run_script(script, caller, data, report.kept)
    finally:
        platform_event.disconnect(watcher.announced)
    return report


@asynccontextmanager
async def _kept() -> AsyncIterator[None]:
    """Messages are left to the server that serves: it knows who is online."""
    yield


@asynccontextmanager
async def _undone() -> AsyncIterator[None]:
    """All that the database threads do within is undone at the end."""
    database.use_one_thread()
    around = transaction.atomic()
    await database.run(around.__enter__)
    try:
        yield
    finally:
        await database.run(_roll_back, around)


def _roll_back(around: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    around.__exit__(None, None, None)
