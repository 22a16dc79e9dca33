"""Which value of each segment a player has."""

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from games.audit import record
from games.config_store import configs
from games.models import User
from players.models import Player
from protocol.errors import RequestError

logger = logging.getLogger(__name__)

Segments = Mapping[str, frozenset[str]]


def known_segments(stage_id: int) -> Segments:
    """The stage's segments with the short codes of their values."""
    segments: Segments = configs.current(stage_id).sections.get("segments", {})
    return segments


def set_value(
    stage_id: int, player_id: str, segment: str, value: str | None, actor: User | None = None
) -> None:
    """Put the player into a value of a segment, or into none. An operator's change is audited.

    Raises RequestError `segment: INVALID` or `value: INVALID` for what the stage's configuration lacks.
    """
    known = known_segments(stage_id)
    if segment not in known:
        raise RequestError({"segment": "INVALID"})
    if value is not None and value not in known[segment]:
        raise RequestError({"value": "INVALID"})
    with transaction.atomic():
        player = Player.objects.select_for_update(no_key=True).get(pk=player_id)
        player.segments.pop(segment, None)
        if value is not None:
            player.segments[segment] = value
        player.save(update_fields=["segments"])
        if actor is not None:
            record(actor, "player.segment", player_id, player.stage.game, segment=segment, value=value)


def accepted(stage_id: int, wanted: Mapping[str, Any] | None) -> dict[str, str]:
    """Of the segments that a new player's client asks for, those that the stage has.

    The rest is left out and logged: a released client must be able to register whatever is configured.
    """
    if not wanted:
        return {}
    known = known_segments(stage_id)
    kept = {
        code: value
        for code, value in wanted.items()
        if isinstance(value, str) and value in known.get(code, ())
    }
    if len(kept) < len(wanted):
        logger.warning("Stage %s has no segment values %s", stage_id, sorted(set(wanted) - set(kept)))
    return kept
