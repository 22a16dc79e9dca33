"""Runs a script in a sandbox process and answers what it asks for: the one way in."""

import asyncio
import logging
from collections.abc import Sequence

from cloudcode.sandbox.conversation import (
    Conversation,
    Host,
    Input,
    Limit,
    LogLine,
    Outcome,
    Refused,
    Script,
    ScriptError,
    Settle,
    Turn,
)
from cloudcode.sandbox.pool import Busy, pool
from cloudcode.sandbox.process import ProcessDied, SandboxProcess

__all__ = [
    "Host",
    "Input",
    "LogLine",
    "Outcome",
    "Refused",
    "Script",
    "ScriptError",
    "Turn",
    "run",
    "run_each",
]

logger = logging.getLogger("flint.scripts")


async def run(
    script: Script,
    given: Input,
    host: Host,
    game: int,
    deadline: float,
    inside: SandboxProcess | None = None,
) -> Outcome:
    """Never raises but for cancellation. `deadline` by the loop's clock, waiting for a process included.

    `inside`: the process of the run that this one is nested in, which waits for it.
    """
    turn = Turn(given, host)
    if inside is not None:
        await Conversation(script, [turn], inside, lambda _: deadline).hold(settle_alone)
    else:
        await _leased(script, [turn], game, deadline - _now(), lambda _: deadline, settle_alone)
    return turn.over


async def run_each(
    script: Script, turns: Sequence[Turn], game: int, within: float, limit: Limit, settle: Settle
) -> list[Outcome]:
    """Run it for each in their order; otherwise as `run`. `within` seconds there has to be a process.

    Several runs share a process, and `settle` answers the last calls of several together.
    """
    while left := [turn for turn in turns if turn.outcome is None]:
        await _leased(script, left, game, within, limit, settle)
    return [turn.over for turn in turns]


async def settle_alone(script: Script, turns: Sequence[Turn], process: SandboxProcess) -> None:
    """Answer their last calls. One that is refused fails its run, as an exception at its end does."""
    for turn in turns:
        try:
            for operation, arguments in turn.over.last:
                await turn.host.call(operation, arguments, process)
        except Refused as refused:
            turn.over.failure = ScriptError("ERROR", str(refused), script=script.name)


async def _leased(
    script: Script,
    turns: Sequence[Turn],
    game: int,
    within: float,
    limit: Limit,
    settle: Settle,
) -> None:
    """At least the first of them is over then."""
    try:
        async with pool().lease(game, within) as process:
            process.runs += len(turns)
            await Conversation(script, turns, process, limit).hold(settle)
    except Busy:
        failure = ScriptError("TIMEOUT", "No sandbox process was free in time.", script=script.name)
    except ProcessDied:
        logger.error("no sandbox process can be started")
        failure = ScriptError("ERROR", "No sandbox process can be started.", script=script.name)
    else:
        return
    for turn in turns:
        turn.outcome = turn.outcome or Outcome(failure=failure, begun=False)


def _now() -> float:
    return asyncio.get_running_loop().time()
