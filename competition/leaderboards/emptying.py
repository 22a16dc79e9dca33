"""What leaderboards leave behind when they are emptied (competition-rules.md §3.5.2).

A board is empty from the moment at which a period begins, since posts, entries and totals name theirs. What
is removed here, some seconds later, nobody has seen since.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from competition.events.total_records import stored_period
from competition.leaderboards.types import BoardType
from competition.models import (
    BoardBucket,
    BoardEntry,
    BoardInstance,
    BoardMove,
    BoardSchedule,
    TotalRecord,
)
from competition.periods import ends_ms, period_of
from games.audit import record
from protocol.run import Run

ROWS_AT_ONCE = 2000


class Reset:
    """Of one board at one boundary. `row` is locked by the caller, who saves it."""

    def __init__(self, row: BoardSchedule, board: BoardType, boundary_ms: int) -> None:
        self._row, self._board, self._boundary_ms = row, board, boundary_ms
        self._period = period_of(board.reset, boundary_ms)

    def begin(self) -> None:
        """Nothing yet."""

    def must_wait(self) -> bool:
        """Boards of the stage are still built from what is to be removed."""
        builds = BoardSchedule.objects.filter(
            stage=self._row.stage_id, task=BoardSchedule.Task.BUILD, due_ms__isnull=False
        )
        return any(ends_ms(each.frequency, each.boundary_ms) <= self._boundary_ms for each in builds)

    def go_on(self, run: Run) -> bool:
        """Remove some rows. Whether there were any."""
        for rows in self._gone():
            found = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])
            if found:
                rows.model.objects.filter(pk__in=found).delete()
                self._row.amount += len(found) if rows.model is BoardEntry else 0
                return True
        return False

    def finish(self) -> None:
        """Of each list that is empty now the latest stays: so a partition is known until it is posted to."""
        later = BoardInstance.objects.filter(
            stage=OuterRef("stage"), scope="", code=OuterRef("code"), period__gt=OuterRef("period")
        )
        self._ended().filter(Exists(later)).delete()
        game = self._row.stage.game
        record(
            None,
            "leaderboard.emptied",
            self._board.code,
            game,
            stage=self._row.stage.name,
            entries=self._row.amount,
        )

    def _ended(self) -> "QuerySet[BoardInstance]":
        return BoardInstance.objects.filter(
            stage=self._row.stage_id, scope="", board=self._board.code, build="", period__lt=self._period
        ).exclude(period="")

    def _gone(self) -> "Iterator[QuerySet[Any]]":
        for model in (BoardEntry, BoardMove, BoardBucket):
            yield model.objects.filter(instance__in=self._ended())
        yield TotalRecord.objects.filter(
            Q(stage=self._row.stage_id, total__in=self._board.totals, scope=""),
            period__gt=stored_period(self._board.reset, "0"),
            period__lt=stored_period(self._board.reset, self._period),
        )
