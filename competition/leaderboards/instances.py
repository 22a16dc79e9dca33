"""Which lists of entries there are: found, made by the first post, archived and dropped (§3.4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from competition.leaderboards import entries
from competition.leaderboards.types import BoardType, board_type
from competition.models import BoardInstance
from competition.models.leaderboards import LONGEST_CODE
from competition.periods import period_of
from games.audit import record
from games.models import User
from protocol.dates import now_ms
from realtime.sql import IN_LIST, by_vendor, encode_list

# A list that is posted to is held so that nobody drops or empties it before the post is committed.
_HOLD = f"""
SELECT * FROM competition_boardinstance WHERE stage_id = %s AND scope = %s AND code {IN_LIST}
{by_vendor(sqlite="", postgresql="FOR KEY SHARE")}
"""
Key = tuple[str, str]  # a list's code and period


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
    rows = BoardInstance.objects.filter(
        stage_id=stage_id, scope="", board=board.code, period=period, build=""
    )
    return list(rows.exclude(code=board.code).order_by("code").values_list("code", flat=True))


def hold(stage_id: int, scope: str, codes: Sequence[str]) -> dict[Key, BoardInstance]:
    """Those that there are, of all periods, kept from being dropped until the transaction ends."""
    rows = BoardInstance.objects.raw(_HOLD, [stage_id, scope, encode_list(sorted(set(codes)))])
    return {(row.code, row.period): row for row in rows}


def make(stage_id: int, scope: str, wanted: Mapping[Key, str]) -> dict[Key, BoardInstance]:
    """Held as well. `wanted` gives each its board; somebody else may have made it at the same moment."""
    new = [
        BoardInstance(stage_id=stage_id, scope=scope, board=board, code=code, period=period)
        for (code, period), board in sorted(wanted.items())
    ]
    BoardInstance.objects.bulk_create(new, ignore_conflicts=True)
    return hold(stage_id, scope, [code for code, _ in wanted])


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
