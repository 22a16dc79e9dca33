"""What leaderboards leave behind when they are emptied (competition-rules.md §3.5.2).

A board is empty from the moment at which a period begins, since posts, entries and totals name theirs. What
is removed here, some seconds later, nobody has seen since.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from competition.events.resets import resets
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
from competition.periods import ENDLESS, FREQUENCIES, ends_ms, period_of
from games.audit import record
from protocol.run import Run

ROWS_AT_ONCE = 2000


class Reset:
    """Of one board at one boundary. `row` is locked by the caller, who saves it.

    A board that is not emptied any more is so once more, as its last period ends.
    """

    def __init__(self, row: BoardSchedule, board: BoardType, boundary_ms: int) -> None:
        self._row, self._board, self._boundary_ms = row, board, boundary_ms
        self._period = period_of(row.frequency, boundary_ms)

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
        ended = self._ended()
        later = BoardInstance.objects.filter(
            stage=OuterRef("stage"), scope="", code=OuterRef("code"), period__gt=OuterRef("period")
        )
        (ended if is_last(self._row, self._board) else ended.filter(Exists(later))).delete()
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
        yield TotalRecord.objects.filter(self._totals(), stage=self._row.stage_id, scope="")

    def _totals(self) -> Q:
        """By periods: those of this board that have ended, and all of a frequency by which no board on the
        total is emptied any more."""
        gone = Q(pk__in=())
        for total, frequency in product(self._board.totals, FREQUENCIES):
            end = "9"  # behind all dates
            if frequency in resets(self._row.stage_id, total):
                if frequency != self._row.frequency:
                    continue
                end = self._period
            first, end = stored_period(frequency, "0"), stored_period(frequency, end)
            gone |= Q(total=total, period__gt=first, period__lt=end)
        return gone


def is_last(row: BoardSchedule, board: BoardType) -> bool:
    """Whether the configuration has the board emptied no more; what it held is to go once its period ends."""
    return row.task == BoardSchedule.Task.RESET and board.reset in ENDLESS
