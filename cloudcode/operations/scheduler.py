"""Modules that scripts have run later."""

from typing import TYPE_CHECKING, Any

import msgspec

from cloudcode import scheduling
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import LogLine, Refused
from realtime import database
from realtime.worker import wake

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

JOB = "cloudcode.scheduled"
LONGEST_DELAY = 10 * 366 * 24 * 3600  # seconds
LONGEST_MODULE = 150
LONGEST_KEY = 200


class InSeconds(Arguments, frozen=True):
    """`data` is any JSON."""

    module: str
    delay: float
    data: Any
    key: str | None


class Cancel(Arguments, frozen=True):
    """`at` is the script and line that cancels."""

    key: str
    at: tuple[str, int | None]


@operation("scheduler.inSeconds", InSeconds)
async def in_seconds(host: "ScriptHost", asked: InSeconds) -> bool:
    """True: it is stored, and runs at or soon after the time, whatever dies in between."""
    if asked.delay > LONGEST_DELAY:
        raise Refused("nothing can be scheduled for later than in ten years")
    if not 0 < len(asked.module) <= LONGEST_MODULE or len(asked.key or "") > LONGEST_KEY:
        raise Refused("the module's short code, or the key, is too long")
    sound({"data": asked.data, "module": asked.module, "key": asked.key})
    host.caller.budget.take_scheduled()
    data = msgspec.json.encode(asked.data).decode()
    delay_ms = max(0, int(asked.delay * 1000))
    stage_id, player_id = host.stage_id, host.player_id or ""
    if not await database.run(
        scheduling.schedule, stage_id, asked.module, delay_ms, data, asked.key, player_id
    ):
        raise Refused(f"{scheduling.MOST_PENDING:,} modules wait already: no more can be scheduled")
    if delay_ms == 0:
        wake(JOB)
    return True


@operation("scheduler.cancel", Cancel)
async def cancel(host: "ScriptHost", asked: Cancel) -> None:
    """Silent where there is none of that key; who gives a module's code for it is told so."""
    sound({"key": asked.key})
    if await database.run(scheduling.cancel, host.stage_id, asked.key[:LONGEST_KEY]):
        return
    if await database.run(scheduling.has_module, host.stage_id, asked.key[:LONGEST_MODULE]):
        script, line = asked.at
        hint = f"cancel({asked.key}) cancelled nothing: items are cancelled by the key given when scheduling"
        host.log(LogLine("WARN", msgspec.json.encode(hint).decode(), script, line))
