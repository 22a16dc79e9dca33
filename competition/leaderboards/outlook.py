"""What time will do to a stage's leaderboards, and what goes with it (competition-rules.md §3.5)."""

from dataclasses import dataclass

from django.db.models import Q

from competition.events.total_records import stored_period
from competition.leaderboards.schedules import Task, planned
from competition.leaderboards.types import boards
from competition.models import BoardEntry, BoardSchedule, TotalRecord
from competition.periods import ends_ms, period_of


@dataclass(frozen=True, slots=True)
class Outlook:
    """`at_ms` is the next boundary, or the first of those that nobody has seen to yet (`late`). A reset takes
    `entries` away, and the `totals` of the period; both are 0 for a build, which takes nothing."""

    board: str
    task: str
    frequency: str
    at_ms: int
    late: bool
    entries: int = 0
    totals: int = 0


def outlook(stage_id: int, now: int) -> list[Outlook]:
    """By when it happens. The configuration decides: what a worker has not written down yet is in it."""
    rows = {(row.board, row.task): row for row in BoardSchedule.objects.filter(stage=stage_id)}
    found = []
    for plan in planned(stage_id):
        row = rows.get((plan.board, plan.task))
        since = row.boundary_ms if row and row.due_ms and row.frequency == plan.frequency else now
        at_ms = ends_ms(plan.frequency, since)
        lost = _lost(stage_id, plan.board, plan.frequency, now) if plan.task == Task.RESET else (0, 0)
        found.append(Outlook(plan.board, plan.task, plan.frequency, at_ms, at_ms <= now, *lost))
    return sorted(found, key=lambda each: (each.at_ms, each.board, each.task))


def _lost(stage_id: int, code: str, frequency: str, now: int) -> tuple[int, int]:
    """What there is of this period, and of those before that is not removed yet."""
    period = period_of(frequency, now)
    entries = BoardEntry.objects.filter(
        ~Q(instance__period=""),
        instance__stage=stage_id,
        instance__scope="",
        instance__board=code,
        instance__period__lte=period,
    )
    totals = TotalRecord.objects.filter(
        stage=stage_id,
        total__in=boards(stage_id)[code].totals,
        scope="",
        period__gt=stored_period(frequency, "0"),
        period__lte=stored_period(frequency, period),
    )
    return entries.count(), totals.count()
