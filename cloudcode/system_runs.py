"""Scripts that run when a player logs in over a socket, and when the player leaves it (cloud-code.md §2)."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from cloudcode.host import NO_BINDINGS, Caller, Kept, message_budget, run_script
from cloudcode.sandbox.running import Script
from games.config_store import configs
from games.signals import player_connected, player_disconnected
from protocol.log_context import nobody
from protocol.run import Run
from protocol.session import Session
from realtime import lifecycle

logger = logging.getLogger("flint.scripts")

CONNECT, DISCONNECT = "GS_PLAYER_CONNECT", "GS_PLAYER_DISCONNECT"

_running: set[asyncio.Task[None]] = set()


def connect() -> None:
    player_connected.connect(_connected, dispatch_uid="cloudcode.player_connected")
    player_disconnected.connect(_disconnected, dispatch_uid="cloudcode.player_disconnected")


def _connected(sender: Any, session: Session, player_id: str, **_: Any) -> None:
    _begin(CONNECT, session, player_id)


def _disconnected(sender: Any, session: Session, player_id: str, **_: Any) -> None:
    _begin(DISCONNECT, session, player_id)


def _begin(name: str, session: Session, player_id: str) -> None:
    """The signal's sender does not wait."""
    config = configs.cached(session.stage_id)
    script = None if config is None else config.sections.get("scripts", NO_BINDINGS).system.get(name)
    if config is None or script is None or lifecycle.stopping():
        return
    run = Run()
    caller = Caller(config, run, message_budget(), player_id, session)
    _start(_run(script, caller))


def _start(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.get_running_loop().create_task(work, context=nobody())
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _run(script: Script, caller: Caller) -> None:
    """What it sets goes nowhere, and its errors are in script.log; what it sends goes out."""
    try:
        await run_script(script, caller, {}, Kept())
        await caller.run.flush()
    except Exception:
        logger.exception("%s could not be run", script.name)


@lifecycle.on_stop
async def stop() -> None:
    for task in list(_running):
        task.cancel()
    await asyncio.gather(*_running, return_exceptions=True)
