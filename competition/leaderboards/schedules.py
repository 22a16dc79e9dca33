"""Which leaderboards are built and emptied by time, and when (competition-rules.md §3.5).

What the configuration says is written down as rows, so that any worker finds what is due by an index, and
knows after hours of absence which boundaries passed meanwhile.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from competition.leaderboards.types import boards
from competition.models import BoardSchedule
from competition.periods import ENDLESS, began_ms, ends_ms
from games.config_store import configs
from games.models import Stage

logger = logging.getLogger("flint.competition")

Task = BoardSchedule.Task

# A post that was received before a boundary counts before it, and is committed within this time or never.
SETTLED_MS = 5_000
MOST_MADE_UP = 31  # builds that were missed; of older ones nobody knows any more what they would have held
STAGES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Planned:
    board: str
    task: str
    frequency: str


def planned(stage_id: int) -> Iterator[Planned]:
    """What the configuration asks for."""
    for board in boards(stage_id).values():
        for task, frequency in ((Task.BUILD, board.update), (Task.RESET, board.reset)):
            if frequency not in ENDLESS:
                yield Planned(board.code, task.value, frequency)


def next_boundary(row: BoardSchedule, now: int) -> int:
    """The first that was not seen to, or is at work; where too many builds were missed, one of the latest."""
    boundary = ends_ms(row.frequency, row.boundary_ms)
    if row.task == Task.BUILD and not row.step:
        oldest = began_ms(row.frequency, now)
        for _ in range(MOST_MADE_UP - 1):
            oldest = began_ms(row.frequency, oldest - 1)
        boundary = max(boundary, oldest)
    return boundary


def write_down(stage_id: int, now: int) -> None:
    """Bring the stage's rows to what its configuration says. A new or a changed frequency counts from now on;
    what was being done by the old one is left. A board that is emptied no more is so once more."""
    wanted = {(each.board, each.task): each for each in planned(stage_id)}
    with transaction.atomic():
        rows = BoardSchedule.objects.select_for_update(no_key=True).filter(stage=stage_id).order_by("pk")
        for row in rows:
            plan = wanted.pop((row.board, row.task), None)
            if plan is None:
                if row.task != Task.RESET or row.board not in boards(stage_id):
                    _end(row)
            elif row.due_ms is None or row.frequency != plan.frequency:
                _begin(row, plan.frequency, now)
        new = [_new(stage_id, plan, now) for plan in wanted.values()]
        BoardSchedule.objects.bulk_create(new, ignore_conflicts=True)


class Keeper:
    """Writes down what the stages of this installation plan, each again when its configuration changed."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    def keep(self, now: int) -> bool:
        """Whether more stages wait. A few at a time: each may have to be compiled first."""
        changed = [
            (stage_id, version)
            for stage_id, version in Stage.objects.order_by("pk").values_list("pk", "version")
            if self._seen.get(stage_id) != version
        ]
        for stage_id, version in changed[:STAGES_AT_ONCE]:
            _write_down_current(stage_id, now)
            self._seen[stage_id] = version
        return len(changed) > STAGES_AT_ONCE


def _write_down_current(stage_id: int, now: int) -> None:
    """By the configuration of this moment. One that does not compile changes nothing."""
    configs.refresh([stage_id])
    try:
        configs.current(stage_id)
    except Stage.DoesNotExist:
        return  # since they were listed
    except Exception:
        logger.exception("stage %s does not compile: its leaderboards keep their schedules", stage_id)
        return
    write_down(stage_id, now)


def _new(stage_id: int, plan: Planned, now: int) -> BoardSchedule:
    row = BoardSchedule(stage_id=stage_id, board=plan.board, task=plan.task)
    _count_from(row, plan.frequency, now)
    return row


def _begin(row: BoardSchedule, frequency: str, now: int) -> None:
    _count_from(row, frequency, now)
    row.save()


def _count_from(row: BoardSchedule, frequency: str, now: int) -> None:
    row.frequency = frequency
    row.boundary_ms = began_ms(frequency, now)
    row.due_ms = ends_ms(frequency, now) + SETTLED_MS
    row.step, row.cursor, row.amount = "", "", 0


def _end(row: BoardSchedule) -> None:
    row.due_ms = None
    row.save(update_fields=["due_ms"])
