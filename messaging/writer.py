"""Stores messages: at once inside a transaction, or by group commit for hot handlers.

A `Unit` is one Message with its copies. `store` inserts units, however many, by one statement on PostgreSQL
and two on SQLite; `commit` puts a run's units into the next group commit, together with the durable key of
the request, and returns when they are on disk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction

from messaging import tallying
from messaging.delivery import Delivery, Queued
from messaging.models import Broadcast
from messaging.rows import insert_both
from players.durable import claim_replies
from protocol.request import Guard, Response
from protocol.run import Run
from realtime.batcher import Batcher
from realtime.sql import SQLITE
from realtime.worker import wake

EXPAND_JOB = "messaging.expand"


@dataclass(slots=True)
class Unit:
    """One Message's row, its copies' rows (in the columns' order) and what to deliver after the commit.

    Or, for a large audience, the broadcast that makes its copies later.
    """

    message: tuple[Any, ...]
    copies: list[tuple[Any, ...]] = field(default_factory=list)
    deliveries: list[Delivery | Queued] = field(default_factory=list)
    broadcast: Broadcast | None = None


@dataclass(slots=True)
class Batch:
    """What one run stores. With a guard the response is stored beside it, in the same transaction."""

    units: list[Unit]
    guard: Guard | None = None
    response: Response | None = None


def store(units: Sequence[Unit]) -> None:
    """Insert in the current transaction. Broadcasts are expanded by a worker."""
    insert_both([unit.message for unit in units], [row for unit in units for row in unit.copies])
    tallying.stored(units)
    broadcasts = [unit.broadcast for unit in units if unit.broadcast is not None]
    if broadcasts:
        Broadcast.objects.bulk_create(broadcasts)
        transaction.on_commit(partial(wake, EXPAND_JOB), robust=True)


def store_batches(batches: list[Batch]) -> list[Exception | None]:
    """One transaction for all. A request found already answered fails alone; see Batcher for other faults."""
    claims = {
        place: (batch.guard.key, batch.response)
        for place, batch in enumerate(batches)
        if batch.guard is not None and batch.response is not None
    }
    units = [unit for batch in batches for unit in batch.units]
    if not claims and not SQLITE and not any(unit.broadcast for unit in units):
        store(units)  # one statement, a transaction by itself
        return [None] * len(batches)
    with transaction.atomic():
        answered = dict(zip(claims, claim_replies([*claims.values()]), strict=True))
        results: list[Exception | None] = [answered.get(place) for place in range(len(batches))]
        stored = [batch for batch, fault in zip(batches, results, strict=True) if fault is None]
        store([unit for batch in stored for unit in batch.units])
    return results


group_commit: Batcher[Batch, None] = Batcher(store_batches, limit=1000)


async def commit(run: Run, guard: Guard | None, response: Response) -> None:
    """Store what the run's events made, by group commit, then put it on the delivery list."""
    units, run.unwritten = run.unwritten, []
    await group_commit(Batch(units, guard, response))
    for unit in units:
        run.deliveries.extend(unit.deliveries)
