"""Which lists of entries there are: found, made by the first post, archived and dropped (§3.4)."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from competition.leaderboards import entries
from competition.leaderboards.types import BoardType, board_type
from competition.models import BoardInstance
from competition.models.leaderboards import LONGEST_CODE
from competition.periods import period_of
from games.audit import record
from games.models import User
from protocol.dates import now_ms

# A list that is posted to is held so that nobody drops or empties it before the post is committed.
_HELD = "" if connection.vendor == "sqlite" else "FOR KEY SHARE"
_FIND = f"""
SELECT * FROM competition_boardinstance
WHERE stage_id = %s AND scope = %s AND code = %s AND period = %s {_HELD}
"""


def code_of(board: BoardType, values: Mapping[str, Any]) -> str | None:
    """`BOARD.CODE1.VALUE1[.…]` in the order of the fields (§3.4.1); the board's own code without partitions.
    None when that is longer than a code may be, or a value is missing. `values` by wire name."""
    parts = [board.code]
    for field in board.partition_fields:
        if (value := values.get(field.source)) is None:
            return None
        parts += [field.attribute, text_of(value)]
    code = ".".join(parts)
    return code if len(code) <= LONGEST_CODE else None


def text_of(value: Any) -> str:
    """A grouped value as part of a code: a whole number without its point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def find(stage_id: int, code: str, scope: str = "", now: int | None = None) -> BoardInstance | None:
    """The list of that code as it is now: of the current period, if its board is emptied by periods."""
    rows = BoardInstance.objects.filter(stage_id=stage_id, scope=scope, code=code)
    by_period = {row.period: row for row in rows}
    for row in by_period.values():
        type_ = board_type(stage_id, row.board)
        return by_period.get(current_period(type_, now_ms() if now is None else now, scope))
    return None


def current_period(board: BoardType | None, now: int, scope: str = "") -> str:
    """A challenge's list is never emptied (§3.7)."""
    return period_of(board.reset, now) if board is not None and not scope else ""


def partitions_of(stage_id: int, board: BoardType, now: int | None = None) -> list[str]:
    """The codes of a board's partitions, in their order; none if it has none (§3.4.3)."""
    period = current_period(board, now_ms() if now is None else now)
    rows = BoardInstance.objects.filter(stage_id=stage_id, scope="", board=board.code, period=period)
    return list(rows.exclude(code=board.code).order_by("code").values_list("code", flat=True))


def to_post_to(stage_id: int, board: BoardType, code: str, scope: str, period: str) -> BoardInstance:
    """Made if there is none, and held until the transaction ends."""
    key = [stage_id, scope, code, period]
    for row in BoardInstance.objects.raw(_FIND, key):
        return row
    made = BoardInstance(stage_id=stage_id, scope=scope, code=code, period=period, board=board.code)
    BoardInstance.objects.bulk_create([made], ignore_conflicts=True)
    for row in BoardInstance.objects.raw(_FIND, key):
        return row
    return to_post_to(stage_id, board, code, scope, period)  # dropped again at the same moment


def archive(instance: BoardInstance, actor: User | None = None) -> None:
    """From now on it takes no posts (§3.4.3). Nothing happens to one that is archived already."""
    with transaction.atomic():
        if BoardInstance.objects.filter(pk=instance.pk, archived=False).update(archived=True):
            record(actor, "leaderboard.archived", instance.code, instance.stage.game, period=instance.period)
    instance.archived = True


def drop(instance: BoardInstance, actor: User | None = None) -> None:
    """With all entries; the next post makes it anew."""
    with transaction.atomic():
        entries.clear(instance)
        record(actor, "leaderboard.dropped", instance.code, instance.stage.game, period=instance.period)
        instance.delete()
