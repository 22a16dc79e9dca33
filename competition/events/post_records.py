"""What came of each post, kept for whoever asks why a score sent nothing."""

from collections.abc import Sequence
from typing import Any

import msgspec

from competition.events.posts import Posting, TotalChange
from competition.events.stories import Told, Tried
from competition.models import PostRecord

LONGEST_VALUES = 2000  # characters of the values' JSON; a player may post a megabyte

_encode = msgspec.json.encode


def write(
    posting: Posting,
    changes: Sequence[TotalChange],
    told: Sequence[Told] = (),
    tried: Sequence[Tried] = (),
) -> str:
    """The record's id."""
    record = PostRecord.objects.create(
        stage_id=posting.stage_id,
        player_id=posting.player_id,
        event=posting.event_code,
        scope=posting.scope,
        at_ms=posting.at_ms,
        story=_encode(_story(posting, changes, told, tried)).decode(),
    )
    return record.pk


def _story(
    posting: Posting, changes: Sequence[TotalChange], told: Sequence[Told], tried: Sequence[Tried]
) -> dict[str, Any]:
    values = _encode(posting.values).decode()
    return {
        "values": values if len(values) <= LONGEST_VALUES else f"{values[:LONGEST_VALUES]}…",
        "totals": list(dict.fromkeys(change.total for change in changes)),
        "boards": told,
        "achievements": tried,
    }
