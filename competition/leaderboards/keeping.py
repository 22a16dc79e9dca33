"""Builds and resets are done when they are due, by whichever worker comes first (competition-rules.md §3.5).

A claim puts a schedule off for a while in the statement that finds it, so that two workers take different
ones; who died leaves it for later. Each piece of work is done under the row's lock and commits with how far
it has come, so that nothing happens twice even so.
"""

import logging

from django.db import connection, transaction

from competition.leaderboards.building import ADDING, Build
from competition.leaderboards.emptying import Reset, is_last
from competition.leaderboards.schedules import SETTLED_MS, Keeper, Task, next_boundary
from competition.leaderboards.types import BoardType, board_type
from competition.models import BoardSchedule
from competition.periods import began_ms, ends_ms
from protocol.dates import now_ms
from protocol.run import Run
from realtime import database
from realtime.sql import SKIP_LOCKED

logger = logging.getLogger("flint.competition")

JOB = "competition.boards"
AT_ONCE = 20
CLAIMED_MS = 30_000
LOOK_AGAIN_MS = 1_000

_CLAIM = f"""
WITH due AS (
    SELECT id FROM competition_boardschedule WHERE due_ms <= %s ORDER BY due_ms, id LIMIT %s {SKIP_LOCKED}
)
UPDATE competition_boardschedule SET due_ms = %s WHERE id IN (SELECT id FROM due) RETURNING id
"""

_keeper = Keeper()


async def keep_boards() -> bool:
    """Whatever is wrong with one board holds up no other: it comes again when its claim ends."""
    more = await database.run(_keeper.keep, now_ms())
    due = await database.run(claim_due, now_ms())
    for schedule_id in due:
        try:
            await _work(schedule_id)
        except Exception:
            logger.exception("schedule %s of a leaderboard fails; it is tried again later", schedule_id)
    return more or len(due) == AT_ONCE


async def _work(schedule_id: int) -> None:
    more = True
    while more:
        run = Run()
        more = await database.run(take_step, run, schedule_id, now_ms())
        await run.flush()


def claim_due(now: int) -> list[int]:
    """Schedules, ours for a while, those longest due first."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, AT_ONCE, now + CLAIMED_MS])
        return sorted(row[0] for row in cursor.fetchall())


def take_step(run: Run, schedule_id: int, now: int) -> bool:
    """One piece of the work for the next boundary. Whether there is more to do at once."""
    with transaction.atomic():
        row = _locked(schedule_id)
        if row is None or row.due_ms is None:
            return False
        board, boundary = board_type(row.stage_id, row.board), next_boundary(row, now)
        if board is None or not _is_meant(row, board):
            return False  # the configuration has just changed
        if boundary + SETTLED_MS > now:
            return _put_off(row, boundary + SETTLED_MS)
        work = Build(row, board, boundary) if row.task == Task.BUILD else Reset(row, board, boundary)
        if isinstance(work, Reset) and work.must_wait():
            return _put_off(row, now + LOOK_AGAIN_MS)
        if not row.step:
            work.begin()
            row.step, row.boundary_ms = ADDING, began_ms(row.frequency, boundary - 1)
        if work.go_on(run):
            row.due_ms = now + CLAIMED_MS
        else:
            work.finish()
            _done(row, boundary, is_last(row, board))
        row.save()
        return bool(row.step) or (row.due_ms is not None and row.due_ms <= now)


def _is_meant(row: BoardSchedule, board: BoardType) -> bool:
    frequency = board.update if row.task == Task.BUILD else board.reset
    return row.frequency == frequency or is_last(row, board)


def _locked(schedule_id: int) -> BoardSchedule | None:
    rows = BoardSchedule.objects.select_related("stage__game").filter(pk=schedule_id)
    return rows.select_for_update(no_key=True, of=("self",)).first()


def _put_off(row: BoardSchedule, due_ms: int) -> bool:
    row.due_ms = due_ms
    row.save(update_fields=["due_ms"])
    return False


def _done(row: BoardSchedule, boundary: int, for_good: bool) -> None:
    row.boundary_ms = boundary
    row.due_ms = None if for_good else ends_ms(row.frequency, boundary) + SETTLED_MS
    row.step, row.cursor, row.amount = "", "", 0
