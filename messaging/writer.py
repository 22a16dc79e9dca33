"""Stores messages: at once inside a transaction, or by group commit for hot handlers.

A `Unit` is one Message with its copies. `store` inserts units with two statements; `commit` puts a run's
units into the next group commit, together with the durable key of the request, and returns when they are
on disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction

from messaging.delivery import Delivery
from messaging.rows import insert_copies, insert_messages
from protocol.request import Guard, Response
from protocol.run import Run
from realtime.batcher import Batcher
from realtime.worker import wake

EXPAND_JOB = "messaging.expand"


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
    insert_messages([unit.message for unit in units])
    insert_copies([row for unit in units for row in unit.copies])
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
