"""The server's side of a run: who it runs for, and the answers to what it asks."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings

from cloudcode import locks, logs, runs
from cloudcode.bindings import Bindings
from cloudcode.budget import Budget
from cloudcode.operations.registry import OPERATIONS, read
from cloudcode.sandbox.process import SandboxProcess
from cloudcode.sandbox.running import (
    Input,
    LogLine,
    Outcome,
    Refused,
    Script,
    ScriptError,
    Turn,
    run,
    run_each,
)
from cloudcode.settling import settle
from games.config import GameConfig
from protocol.run import Run
from protocol.session import Session

logger = logging.getLogger("flint.scripts")

NO_BINDINGS = Bindings()


@dataclass(slots=True)
class Caller:
    """What runs of one cause have in common. `process`: that of the run that they are nested in."""

    config: GameConfig
    run: Run
    budget: Budget
    player_id: str | None = None
    session: Session | None = None
    process: SandboxProcess | None = None
    player_ids: list[str] = field(default_factory=list)

    @property
    def bindings(self) -> Bindings:
        bindings: Bindings = self.config.sections.get("scripts", NO_BINDINGS)
        return bindings


class Watcher(Protocol):
    """Looks at the runs of a task and of those that it starts, and may keep them from doing something."""

    async def call(self, operation: str, arguments: list[Any], do: Callable[[], Awaitable[Any]]) -> Any:
        """What the script gets: of `do()`, or instead of it."""

    def ended(self, log: logs.RunLog, outcome: Outcome, took_ms: float, calls: int) -> None: ...


watching: ContextVar[Watcher | None] = ContextVar("flint_script_watcher", default=None)


@dataclass(slots=True)
class Copy:
    """The recipient's copy that a user message script runs for."""

    message_id: str
    cancelled: bool = False


@dataclass(slots=True)
class Kept:
    """scriptData and errors that scripts of one request hand on to each other."""

    script_data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)


class ScriptHost:
    """A sandbox.running.Host for one run."""

    def __init__(self, script: Script, caller: Caller, log: logs.RunLog, copy: Copy | None) -> None:
        self.script, self.caller, self.copy = script, caller, copy
        self.process: SandboxProcess | None = None
        self.calls = 0
        self.log_of_run = log

    @property
    def stage_id(self) -> int:
        return self.caller.config.stage_id

    @property
    def player_id(self) -> str | None:
        return self.caller.player_id

    async def call(self, operation: str, arguments: list[Any], process: SandboxProcess) -> Any:
        self.calls += 1
        known = OPERATIONS.get(operation)
        if known is None:
            raise Refused("there is no such operation")
        kind, function = known
        self.process = process
        try:
            given = read(kind, arguments)
            watcher = watching.get()
            if watcher is not None:
                return await watcher.call(operation, arguments, lambda: function(self, given))
            return await function(self, given)
        except Refused:
            raise
        except Exception:
            logger.exception("%s of %s failed", operation, self.script.name)
            raise Refused("the server could not do this") from None

    def log(self, line: LogLine) -> None:
        self.log_of_run.add(line)


@dataclass(slots=True)
class Job:
    """One run that is wanted. `kept` holds what the run set when it is over; `facts` as player.load's."""

    caller: Caller
    data: Mapping[str, Any]
    kept: Kept
    copy: Copy | None = None
    facts: Mapping[str, Any] | None = None
    host: ScriptHost | None = None

    def turn(self, script: Script) -> Turn:
        caller, kept = self.caller, self.kept
        log = logs.RunLog(caller.config.stage_id, script.name, caller.player_id, caller.bindings.versions)
        self.host = ScriptHost(script, caller, log, self.copy)
        given = Input(self.data, _context(caller), kept.script_data, kept.errors, self.facts)
        return Turn(given, self.host)

    def end(self, outcome: Outcome, took_ms: float) -> logs.RunLog:
        """What it said, with how it ended; its record is kept."""
        assert self.host is not None
        log, calls = self.host.log_of_run, self.host.calls
        log.end(outcome)
        runs.keep(log, outcome, took_ms, calls)
        kept = self.kept
        if outcome.failure is None:
            kept.script_data, kept.errors = outcome.script_data, outcome.errors
        else:
            fault = shown(outcome.failure, self.caller.config.stage)
            kept.errors = {**kept.errors, **outcome.errors, "script": fault}
        watcher = watching.get()
        if watcher is not None:
            watcher.ended(log, outcome, took_ms, calls)
        return log


async def run_script(
    script: Script, caller: Caller, data: Mapping[str, Any], kept: Kept, copy: Copy | None = None
) -> Outcome:
    """Run it to its end; `kept` then holds what it set. A failure is among its errors, and in script.log."""
    job = Job(caller, data, kept, copy)
    turn = job.turn(script)
    began, deadline = time.perf_counter(), caller.budget.deadline
    outcome = await run(script, turn.given, turn.host, caller.config.game_id, deadline, caller.process)
    await _end([job], [outcome], [(time.perf_counter() - began) * 1000])
    return outcome


async def run_for_each(script: Script, jobs: Sequence[Job], seconds: float) -> list[Outcome]:
    """As `run_script` for each, in their order and one after another; all of one game. `seconds` for each."""
    turns = [job.turn(script) for job in jobs]
    budgets = {id(turn): job.caller.budget for turn, job in zip(turns, jobs, strict=True)}

    def begin(turn: Turn) -> float:
        budgets[id(turn)].deadline = asyncio.get_running_loop().time() + seconds
        return budgets[id(turn)].deadline

    async def finish(script: Script, over: Sequence[Turn], process: SandboxProcess) -> None:
        await settle(script, over, process)
        for turn in over:
            async with locks.released(budgets[id(turn)]):
                pass

    outcomes = await run_each(script, turns, jobs[0].caller.config.game_id, seconds, begin, finish)
    await _end(jobs, outcomes, [turn.took_ms for turn in turns])
    return outcomes


async def _end(jobs: Sequence[Job], outcomes: Sequence[Outcome], took_ms: Sequence[float]) -> None:
    rows = []
    for job, outcome, took in zip(jobs, outcomes, took_ms, strict=True):
        rows += job.end(outcome, took).rows
    if rows:
        await logs.write(rows)


def shown(failure: ScriptError, stage: str) -> Any:
    """What a client learns of it: on preview where it was (§4)."""
    if failure.code != "ERROR" or stage != "preview":
        return failure.code
    words = {"code": "ERROR", "message": failure.message, "name": failure.script}
    return words if failure.line is None else {**words, "line": failure.line}


def _context(caller: Caller) -> dict[str, Any]:
    session = caller.session
    return {
        "playerId": caller.player_id,
        "stage": caller.config.stage,
        "apiKey": caller.config.api_key,
        "sessionId": session.session_id if session else None,
        "credential": session.rights.short_code if session else None,
        "logLevel": "DEBUG" if caller.config.stage == "preview" else "INFO",
    }


def client_budget() -> Budget:
    return Budget.of_seconds(settings.FLINT_SCRIPT_SECONDS)


def message_budget() -> Budget:
    return Budget.of_seconds(settings.FLINT_SCRIPT_MESSAGE_SECONDS)
