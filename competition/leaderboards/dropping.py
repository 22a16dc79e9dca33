"""A list of entries is dropped together with the running totals that it was made from (§3.4.3).

Their records may be those of other boards too; what these show stays until the next post.
"""

import msgspec
from django.db import transaction

from competition.events.total_records import stored_period
from competition.leaderboards import instances
from competition.leaderboards.types import BoardType, board_type
from competition.models import BoardInstance, TotalRecord

ROWS_AT_ONCE = 2000


def drop_with_totals(instance: BoardInstance) -> None:
    """The next posts begin from nothing."""
    with transaction.atomic():
        board = board_type(instance.stage_id, instance.board)
        instances.drop(instance)
        if board is not None:
            _forget_totals(instance, board)


def _forget_totals(instance: BoardInstance, board: BoardType) -> None:
    rows = TotalRecord.objects.filter(
        stage=instance.stage_id,
        scope=instance.scope,
        period=stored_period(board.reset, instance.period),
        total__in=board.totals,
    )
    after = 0
    while found := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", "grouped")[:ROWS_AT_ONCE]):
        after = found[-1][0]
        gone = [pk for pk, grouped in found if _is_of(instance, board, grouped)]
        TotalRecord.objects.filter(pk__in=gone).delete()


def _is_of(instance: BoardInstance, board: BoardType, grouped: str) -> bool:
    return not board.is_partitioned or instances.code_of(board, msgspec.json.decode(grouped)) == instance.code
