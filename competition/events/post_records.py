"""What came of each post, kept for whoever asks why a score sent nothing."""

from collections.abc import Sequence

import msgspec

from competition.events.posts import Posting, TotalChange
from competition.models import PostRecord


def write(posting: Posting, changes: Sequence[TotalChange]) -> str:
    """The record's id."""
    story = {"values": posting.values, "totals": [change.total for change in changes]}
    record = PostRecord.objects.create(
        stage_id=posting.stage_id,
        player_id=posting.player_id,
        event=posting.event_code,
        scope=posting.scope,
        at_ms=posting.at_ms,
        story=msgspec.json.encode(story).decode(),
    )
    return record.pk
