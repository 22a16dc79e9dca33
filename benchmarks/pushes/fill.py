"""Fills the outbox: `python -m benchmarks.pushes.fill COUNT < FILE`, where FILE is `{"accounts": {provider:
document}, "devices": {provider: [token, …]}, "players": [id, …]}`.

Each player gets a device, the providers in turn. COUNT messages to them are then stored and decided on, as a
server does; nobody is online and no worker runs. Without any, COUNT 0, only the devices are made.
"""

import asyncio
import json
import os
import sys
from typing import Any

import django

AUDIENCE = 100


def main(count: int) -> None:
    from games.models import Stage
    from players.models import Player
    from push.accounts import set_account
    from push.devices import register

    given: dict[str, Any] = json.load(sys.stdin)
    players = Player.objects.in_bulk(given["players"])
    stage = Stage.objects.get(players=given["players"][0])
    for provider, document in given["accounts"].items():
        set_account(stage, provider, document)
    devices = list(zip(*given["devices"].values(), strict=True))
    flat = [device for turn in devices for device in turn]
    for player_id, (device_os, token) in zip(given["players"], flat, strict=True):
        register(players[player_id], device_os, token)
    asyncio.run(_send(stage.pk, given["players"], count))


async def _send(stage_id: int, player_ids: list[str], count: int) -> None:
    from messaging import delivery
    from protocol.run import Run
    from realtime import database

    for start in range(0, count, AUDIENCE):
        run = Run()
        ids = [
            player_ids[(start + number) % len(player_ids)] for number in range(min(AUDIENCE, count - start))
        ]
        await database.run(_store, run, stage_id, ids)
        await delivery.flush(run)


def _store(run: Any, stage_id: int, player_ids: list[str]) -> None:
    from django.db import transaction

    from games.events import PlatformEvent
    from games.signals import platform_event

    event = PlatformEvent(
        stage_id=stage_id,
        message_class="ScriptMessage",
        ext_code="NEWS",
        data={"data": {"text": "while you were away"}},
        player_ids=tuple(player_ids),
    )
    with transaction.atomic():
        platform_event.send(sender="bench", run=run, event=event)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    main(int(sys.argv[1]))
