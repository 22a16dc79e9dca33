"""Locks by name that all runs of a stage share, over all processes (cloud-code.md §7).

A row is a lock that is held. All runs of one request or message own theirs together; they end with it, and
where its process dies, at the moment when no run of it can go on any more.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.db import connection

from cloudcode.budget import Budget
from cloudcode.models import ScriptLock
from cloudcode.sandbox.running import Refused
from protocol.dates import now_ms
from protocol.ids import new_id
from realtime import database

MARGIN = 2.0  # seconds between a run's last moment and the end of what it holds
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05  # seconds between two tries, doubling
MOST_HELD = 100
KEPT_MS = 3_600_000

_TAKE = """
INSERT INTO cloudcode_scriptlock (stage_id, name, owner, until_ms) VALUES (%s, %s, %s, %s)
ON CONFLICT (stage_id, name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms
WHERE cloudcode_scriptlock.until_ms <= %s
RETURNING owner
"""


async def take(budget: Budget, stage_id: int, name: str, within: float) -> bool:
    """Whether the lock is the budget's now. Waits for `within` seconds, but not beyond the run's time.

    Raises Refused for too many.
    """
    held = _held(budget)
    if name not in held:
        if len(held) >= MOST_HELD:
            raise Refused(f"more than {MOST_HELD} locks at once")
        if not await _take_in_time(budget, stage_id, name, min(within, budget.left)):
            return False
    held[name] = held.get(name, 0) + 1
    return True


async def give(budget: Budget, stage_id: int, name: str, fully: bool = False) -> bool:
    """Undo one `take`, or all of them. Whether the lock was held."""
    held = _held(budget)
    if name not in held:
        return False
    held[name] -= 1
    if fully or held[name] == 0:
        del held[name]
        await database.run(_give, budget.owner, stage_id, name)
    return True


async def wait_for_others(budget: Budget, stage_id: int, name: str) -> None:
    """Until nobody but the budget itself holds the lock. Raises Refused when its time is over before."""
    pause = FIRST_PAUSE
    while await database.run(_is_held_by_others, budget.owner, stage_id, name):
        if pause > budget.left:
            raise Refused("another script holds the lock")
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


@asynccontextmanager
async def released(budget: Budget) -> AsyncIterator[Budget]:
    """Whatever its runs still hold at the end is given back."""
    try:
        yield budget
    finally:
        if budget.locks:
            budget.locks = None
            await database.run(_give_all, budget.owner)


def _held(budget: Budget) -> dict[str, int]:
    if budget.locks is None:
        budget.locks, budget.owner = {}, budget.owner or new_id()
    return budget.locks


async def _take_in_time(budget: Budget, stage_id: int, name: str, within: float) -> bool:
    clock = asyncio.get_running_loop().time
    until, pause = clock() + within, FIRST_PAUSE
    lasts_ms = int((budget.left + MARGIN) * 1000)
    while not await database.run(_take, budget.owner, stage_id, name, lasts_ms):
        if clock() + pause > until:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return True


def _take(owner: str, stage_id: int, name: str, lasts_ms: int) -> bool:
    now = now_ms()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [stage_id, name, owner, now + lasts_ms, now])
        return cursor.fetchone() is not None


def _is_held_by_others(owner: str, stage_id: int, name: str) -> bool:
    held = ScriptLock.objects.filter(stage_id=stage_id, name=name, until_ms__gt=now_ms())
    return held.exclude(owner=owner).exists()


def _give(owner: str, stage_id: int, name: str) -> None:
    ScriptLock.objects.filter(stage_id=stage_id, name=name, owner=owner).delete()


def _give_all(owner: str) -> None:
    ScriptLock.objects.filter(owner=owner).delete()


def forget_dead() -> None:
    """Locks whose process died, and that nobody wanted since."""
    ScriptLock.objects.filter(until_ms__lt=now_ms() - KEPT_MS).delete()
