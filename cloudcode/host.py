"""The server's side of a run: who it runs for, and the answers to what it asks."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from cloudcode import logs
from cloudcode.bindings import Bindings
from cloudcode.budget import Budget
from cloudcode.operations.registry import OPERATIONS, read
from cloudcode.sandbox.process import SandboxProcess
from cloudcode.sandbox.running import Input, LogLine, Outcome, Refused, Script, ScriptError, run
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
        self._log = log

    @property
    def stage_id(self) -> int:
        return self.caller.config.stage_id

    @property
    def player_id(self) -> str | None:
        return self.caller.player_id

    async def call(self, operation: str, arguments: list[Any], process: SandboxProcess) -> Any:
        known = OPERATIONS.get(operation)
        if known is None:
            raise Refused("there is no such operation")
        kind, function = known
        self.process = process
        try:
            return await function(self, read(kind, arguments))
        except Refused:
            raise
        except Exception:
            logger.exception("%s of %s failed", operation, self.script.name)
            raise Refused("the server could not do this") from None

    def log(self, line: LogLine) -> None:
        self._log.add(line)


async def run_script(
    script: Script, caller: Caller, data: Mapping[str, Any], kept: Kept, copy: Copy | None = None
) -> Outcome:
    """Run it to its end; `kept` then holds what it set. A failure is among its errors, and in script.log."""
    log = logs.RunLog(caller.config.stage_id, script.name, caller.player_id)
    host = ScriptHost(script, caller, log, copy)
    given = Input(data, _context(caller), kept.script_data, kept.errors)
    outcome = await run(script, given, host, caller.config.game_id, caller.budget.deadline, caller.process)
    log.end(outcome)
    if outcome.failure is None:
        kept.script_data = outcome.script_data
        kept.errors = outcome.errors
    else:
        kept.errors = {**kept.errors, **outcome.errors, "script": shown(outcome.failure, caller.config.stage)}
    if log.rows:
        await logs.write(log.rows)
    return outcome


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
        "playerIds": caller.player_ids,
        "stage": caller.config.stage,
        "sessionId": session.session_id if session else None,
        "credential": session.rights.short_code if session else None,
        "logLevel": "DEBUG" if caller.config.stage == "preview" else "INFO",
    }


def client_budget() -> Budget:
    return Budget.of_seconds(settings.FLINT_SCRIPT_SECONDS)


def message_budget() -> Budget:
    return Budget.of_seconds(settings.FLINT_SCRIPT_MESSAGE_SECONDS)
