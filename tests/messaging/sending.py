"""Sends platform events the way domain code does."""

from typing import Any

from django.db import transaction

from games.events import PlatformEvent
from games.models import Stage
from games.signals import platform_event
from messaging.writer import Unit
from players.models import Player
from protocol.run import Run


def send(stage: Stage, *players: Player, run: Run | None = None, **fields: Any) -> Unit | None:
    """A ScriptMessage (or `message_class`) to the players, stored in a transaction of its own."""
    event = PlatformEvent(
        stage_id=stage.pk,
        message_class=fields.pop("message_class", "ScriptMessage"),
        data=fields.pop("data", {"data": {"n": 1}}),
        player_ids=tuple(player.id for player in players),
        **fields,
    )
    with transaction.atomic():
        ((_, unit),) = platform_event.send(sender="test", run=run or Run(), event=event)
    assert unit is None or isinstance(unit, Unit)
    return unit
