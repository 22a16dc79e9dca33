"""Scripts that run when players come and go, by the clock, and after publishing (cloud-code.md §2)."""

from typing import Any

from cloudcode import background, cache, locks
from cloudcode.host import NO_BINDINGS, Caller, Kept, message_budget, run_script
from cloudcode.sandbox.running import Script
from cloudcode.system_clock import Tick, claim, due, release
from games.config import GameConfig
from games.config_store import configs
from games.models import Stage
from games.signals import game_published, player_connected, player_disconnected
from protocol.dates import now_ms
from protocol.run import Run
from protocol.session import Session
from realtime import database, lifecycle
from realtime.worker import wake, wake_here

CONNECT, DISCONNECT = "GS_PLAYER_CONNECT", "GS_PLAYER_DISCONNECT"
JOB = "cloudcode.clock"


def connect() -> None:
    player_connected.connect(_connected, dispatch_uid="cloudcode.player_connected")
    player_disconnected.connect(_disconnected, dispatch_uid="cloudcode.player_disconnected")
    game_published.connect(_published, dispatch_uid="cloudcode.game_published")


def _connected(sender: Any, session: Session, player_id: str, **_: Any) -> None:
    _begin(CONNECT, session, player_id)


def _disconnected(sender: Any, session: Session, player_id: str, **_: Any) -> None:
    _begin(DISCONNECT, session, player_id)


def _published(sender: Any, stage: Stage, **_: Any) -> None:
    """The cache is emptied. The job finds out by itself that there is a script to run."""
    cache.clear_game(stage.game)
    wake(JOB)


def _begin(name: str, session: Session, player_id: str) -> None:
    """The signal's sender does not wait."""
    config = configs.cached(session.stage_id)
    script = None if config is None else config.sections.get("scripts", NO_BINDINGS).system.get(name)
    if config is None or script is None or lifecycle.stopping():
        return
    caller = Caller(config, Run(), message_budget(), player_id, session)
    background.start(session.stage_id, _run(script, caller), waited_for=True)


async def _run(script: Script, caller: Caller) -> None:
    """What it sets goes nowhere, and its errors are in script.log; what it sends goes out."""
    async with locks.released(caller.budget):
        await run_script(script, caller, {}, Kept())
    await caller.run.flush()


async def run_by_clock() -> bool:
    """Begin what is due and there is room for; True when something was begun."""
    began = False
    for tick in await database.run(due, now_ms()):
        if lifecycle.stopping() or not background.has_room(tick.stage_id):
            continue
        if await database.run(claim, tick):
            began = True
            background.start(tick.stage_id, _run_tick(tick))
    return began


async def _run_tick(tick: Tick) -> None:
    database.in_background()
    try:
        config = await database.run(_config, tick.stage_id)
        script = config.sections.get("scripts", NO_BINDINGS).system.get(tick.name.partition("/")[2])
        if script is not None:
            await _run(script, Caller(config, Run(), message_budget()))
    finally:
        await database.run(release, tick)
        wake_here(JOB)  # what there was no room for


def _config(stage_id: int) -> GameConfig:
    """As it is now: what was published runs its own script."""
    configs.refresh([stage_id])
    return configs.current(stage_id)
