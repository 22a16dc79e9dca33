"""What came of each post, kept for whoever asks why a score sent nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from competition.events.posts import Posting, TotalChange
from competition.events.stories import PassedOver, Story, Told, Tried
from competition.leaderboards.types import boards
from competition.models import PostRecord
from protocol.dates import now_ms
from protocol.ids import first_id, new_id
from realtime.old_rows import delete_old

LONGEST_VALUES = 2000  # characters of the values' JSON; a player may post a megabyte
BATCH = 1000
DAY_MS = 86_400_000

NOT_AT_ONCE = "It is built {}, not at each post."
NOT_TAKEN = "A filter refused the post, a sorted field has no value yet, or the list is archived."

_encode = msgspec.json.encode

_INSERT = f"""INSERT INTO {PostRecord._meta.db_table} (id, stage_id, player_id, event, scope, at_ms, story)
VALUES (%s, %s, %s, %s, %s, %s, %s)"""


def write(
    posting: Posting,
    changes: Sequence[TotalChange],
    told: Sequence[Told] = (),
    tried: Sequence[Tried] = (),
) -> str:
    """The record's id."""
    values = _encode(posting.values).decode()
    story = Story(
        values=values if len(values) <= LONGEST_VALUES else f"{values[:LONGEST_VALUES]}…",
        totals=tuple(dict.fromkeys(change.total for change in changes)),
        boards=tuple(told),
        passed_over=tuple(_passed_over(posting, changes, told)),
        achievements=tuple(tried),
    )
    record_id, text = new_id(), _encode(story).decode()
    whose: list[Any] = [posting.stage_id, posting.player_id, posting.event_code, posting.scope]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [record_id, *whose, posting.at_ms, text])
    return record_id


def read(record: PostRecord) -> Story:
    return msgspec.json.decode(record.story, type=Story)


def delete_old_posts() -> bool:
    """One batch of those past their retention. Whether there may be more."""
    kept_ms = int(settings.FLINT_RETENTION_POST_DAYS) * DAY_MS
    return delete_old(PostRecord, "id", first_id(now_ms() - kept_ms), BATCH)


def _passed_over(
    posting: Posting, changes: Sequence[TotalChange], told: Sequence[Told]
) -> Iterator[PassedOver]:
    """The stage's boards on these totals that the post did not reach."""
    totals = {change.total for change in changes}
    reached = {each.board.partition(".")[0] for each in told}
    for board in boards(posting.stage_id).values():
        is_meant = not posting.scope or board.code == posting.board
        if is_meant and board.code not in reached and not totals.isdisjoint(board.totals):
            at_once = posting.scope or board.is_real_time
            yield PassedOver(board.code, NOT_TAKEN if at_once else NOT_AT_ONCE.format(board.update))
