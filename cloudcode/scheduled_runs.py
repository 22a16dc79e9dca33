"""Runs what the scheduler has due (cloud-code.md §7): stages in turns, each item once."""

import asyncio
import logging

import msgspec

from cloudcode import background, locks, logs, metrics
from cloudcode.host import Caller, Kept, message_budget, run_script
from cloudcode.sandbox.running import LogLine, Script
from cloudcode.scheduling import MOST_TRIES, Claimed, claim, finish, next_due, put_off
from games.config import GameConfig
from games.config_store import configs
from protocol.dates import now_ms
from protocol.run import Run
from realtime import database, lifecycle
from realtime.worker import wake_here

logger = logging.getLogger("flint.scripts")

JOB = "cloudcode.scheduled"
EVERY = 1.0  # seconds

_last_stage = 0  # whose item began last: the next pass begins with the stage behind it


async def run_due() -> bool:
    """Begin what is due and there is room for, an item of each stage; True when something was begun."""
    global _last_stage
    began = False
    found = await database.run(next_due)
    now = now_ms()
    for stage_id in _in_turn([stage_id for stage_id, due_ms in found if due_ms <= now]):
        if lifecycle.stopping() or not background.has_room(stage_id):
            continue
        claimed = await database.run(claim, stage_id)
        if claimed is not None:
            _last_stage, began = stage_id, True
            background.start(stage_id, _run(claimed))
    _look_again([due_ms - now for _, due_ms in found if due_ms > now])
    return began


def _in_turn(stage_ids: list[int]) -> list[int]:
    return sorted(stage_ids, key=lambda stage_id: (stage_id <= _last_stage, stage_id))


def _look_again(waits_ms: list[int]) -> None:
    """At the moment when something is due, should that be before the next tick."""
    soonest = min(waits_ms, default=EVERY * 1000) / 1000
    if soonest < EVERY:
        asyncio.get_running_loop().call_later(soonest, wake_here, JOB)


async def _run(claimed: Claimed) -> None:
    """The row goes before what was sent goes out: should this process die in between, that is delivered by a
    worker, and the module is not run again."""
    database.in_background()
    item = claimed.item
    try:
        config = await database.run(configs.current, item.stage_id)
        script = _script(config, item.module)
        caller = Caller(config, Run(), message_budget(), claimed.player_id)
        if item.tries > MOST_TRIES:
            metrics.scheduled.inc("given_up")
            await _say(caller, item.module, "its worker died each time it ran; it is given up")
        elif script is None:
            metrics.scheduled.inc("no_module")
            await _say(caller, item.module, f"Module not found: {item.module}")
        else:
            async with locks.released(caller.budget):
                outcome = await run_script(script, caller, msgspec.json.decode(item.data), Kept())
            if not outcome.begun:
                await database.run(put_off, item)
                return
            metrics.scheduled.inc("done" if outcome.failure is None else "failed")
        await database.run(finish, item)
        await caller.run.flush()
    finally:
        wake_here(JOB)  # what there was no room for


def _script(config: GameConfig, code: str) -> Script | None:
    modules = config.sections["scripts"].modules
    source = modules.get(code)
    return None if source is None else Script(f"modules/{code}", source, modules)


async def _say(caller: Caller, code: str, words: str) -> None:
    log = logs.RunLog(caller.config.stage_id, f"modules/{code}", caller.player_id)
    log.add(LogLine("ERROR", msgspec.json.encode(words).decode()))
    await logs.write(log.rows)
