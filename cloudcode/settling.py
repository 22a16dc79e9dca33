"""What runs ask for at their end and do not wait for: answered for several runs together."""

import logging
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, cast

from cloudcode.operations.players import save_given
from cloudcode.sandbox.process import SandboxProcess
from cloudcode.sandbox.running import Refused, Script, ScriptError, Turn, settle_alone

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

logger = logging.getLogger("flint.scripts")


async def settle(script: Script, turns: Sequence[Turn], process: SandboxProcess) -> None:
    """In the runs' order; those that saved nothing but their own players are saved at once."""
    for together, some in groupby(turns, _saves_its_player_alone):
        if together:
            await _save_together(script, list(some))
        else:
            await settle_alone(script, list(some), process)


def _saves_its_player_alone(turn: Turn) -> bool:
    if len(turn.over.last) != 1:
        return False
    ((operation, arguments),) = turn.over.last
    return operation == "player.save" and arguments[:1] == [_host(turn).player_id]


async def _save_together(script: Script, turns: Sequence[Turn]) -> None:
    given = [turn.over.last[0][1] for turn in turns]
    try:
        refusals = await save_given(_host(turns[0]).stage_id, given)
    except Exception:  # whatever it is, what each copy's script did is told, and the copies go out
        logger.exception("what copies of %s saved could not be stored", script.name)
        refusals = [Refused("the server could not do this")] * len(turns)
    for turn, refused in zip(turns, refusals, strict=True):
        if refused is not None:
            turn.over.failure = ScriptError("ERROR", str(refused), script=script.name)


def _host(turn: Turn) -> "ScriptHost":
    return cast("ScriptHost", turn.host)
