"""Stores messages: at once inside a transaction, or by group commit for hot handlers.

A `Unit` is one Message with its copies. `store` inserts units with two statements; `commit` puts a run's
units into the next group commit, together with the durable key of the request, and returns when they are
on disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection, transaction

from messaging.delivery import Delivery
from protocol.request import Guard, Response
from protocol.run import Run
from realtime.batcher import Batcher
from realtime.worker import wake

EXPAND_JOB = "messaging.expand"

MESSAGE_COLUMNS = (
    "id, stage_id, message_class, ext_code, data, audience, version_id, overrides, origin, state, cursor, "
    "recipients, test, created_ms, claim, claimed_until_ms"
)
COPY_COLUMNS = (
    "id, message_id, player_id, document, created_ms, expires_ms, due_ms, state, reason, pushed, variant, "
    "counts, seen, status, dismissed, warnings"
)


def _insert(table: str, columns: str) -> str:
    marks = ", ".join(["%s"] * (columns.count(",") + 1))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"


INSERT_MESSAGE = _insert("messaging_message", MESSAGE_COLUMNS)
INSERT_COPY = _insert("messaging_playermessage", COPY_COLUMNS)


@dataclass(slots=True)
class Unit:
    """One Message's row, its copies' rows (in the columns' order) and what to deliver after the commit."""

    message: tuple[Any, ...]
    copies: list[tuple[Any, ...]]
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """What one run stores. With a guard the response is stored beside it, in the same transaction."""

    units: list[Unit]
    guard: Guard | None = None
    response: Response | None = None


def store(units: Sequence[Unit]) -> None:
    """Insert in the current transaction. Units without copies have an audience, which the worker expands."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_MESSAGE, [unit.message for unit in units])
        cursor.executemany(INSERT_COPY, [row for unit in units for row in unit.copies])
    if not all(unit.copies for unit in units):
        transaction.on_commit(partial(wake, EXPAND_JOB), robust=True)


def store_batches(batches: list[Batch]) -> list[Exception | None]:
    """One transaction for all. A request found already answered fails alone; see Batcher for other faults."""
    results: list[Exception | None] = []
    units: list[Unit] = []
    with transaction.atomic():
        for batch in batches:
            fault = _claim(batch)
            results.append(fault)
            if fault is None:
                units.extend(batch.units)
        store(units)
    return results


def _claim(batch: Batch) -> Exception | None:
    if batch.guard is None or batch.response is None:
        return None
    try:
        with transaction.atomic():
            batch.guard.claim()
            batch.guard.store(batch.response)
    except Exception as fault:
        return fault
    return None


group_commit: Batcher[Batch, None] = Batcher(store_batches, limit=1000)


async def commit(run: Run, guard: Guard | None, response: Response) -> None:
    """Store what the run's events made, by group commit, then put it on the delivery list."""
    units, run.unwritten = run.unwritten, []
    await group_commit(Batch(units, guard, response))
    for unit in units:
        run.deliveries.extend(unit.deliveries)
