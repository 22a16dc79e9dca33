"""`python -m benchmarks.scripts.copies`: runs a user message script for all players of the measured game.

Prints recipients a CPU second of the sandbox processes, and of these and the server's own together. Nothing
is stored of the message itself: that is measured elsewhere.
"""

import asyncio
import gc
import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from games.config import GameConfig

PAGE = 500  # recipients at a time, as a message's expansion has them


async def shape(config: "GameConfig", player_ids: Sequence[str]) -> dict[str, float]:
    from benchmarks.server import cpu_seconds
    from cloudcode.sandbox.pool import pool, stop
    from protocol.ids import new_ids
    from realtime import database

    await _page(config, dict(zip(player_ids[:PAGE], new_ids(PAGE), strict=False)))
    before, own = sum(map(cpu_seconds, pool().pids)), time.process_time()
    for start in range(0, len(player_ids), PAGE):
        some = player_ids[start : start + PAGE]
        await _page(config, dict(zip(some, new_ids(len(some)), strict=True)))
    sandbox, own = sum(map(cpu_seconds, pool().pids)) - before, time.process_time() - own
    await stop()
    database.shutdown()
    return {"sandbox_rate": len(player_ids) / sandbox, "rate": len(player_ids) / (sandbox + own)}


async def _page(config: "GameConfig", copies: dict[str, str]) -> None:
    from cloudcode.message_runs import GameMessageScripts
    from messaging.message_scripts import MessageInShape
    from protocol.run import Run

    message = MessageInShape("ScriptMessage", "ScriptMessage", None, {"data": {"text": "x"}}, False)
    shapings = await GameMessageScripts().run_each(config, message, copies, Run())
    if not all("hello" in shaping.script_data for shaping in shapings.values()):
        raise RuntimeError("a script failed")


def main() -> None:
    from benchmarks.game import GAME
    from benchmarks.scripts.bind import bind
    from games.config_store import configs
    from games.models import Stage
    from players.models import Player

    bind()
    stage = Stage.objects.get(game__api_key=GAME["apiKey"], name="preview")
    config = configs.current(stage.pk)
    player_ids = list(Player.objects.filter(stage=stage).values_list("pk", flat=True))
    gc.collect()
    gc.freeze()  # as a server does
    print(json.dumps(asyncio.run(shape(config, player_ids))))


if __name__ == "__main__":
    django.setup()
    main()
