"""Pools: a match type of a stage and a group. Whoever changes what is in one locks it first.

New requests only add to a pool, and do not wait for its lock: a pass meets them the next time.
"""

from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from competition.models import MatchPool
from realtime.sql import by_vendor
from realtime.worker import wake

JOB = "competition.matches"

_BY_NAME = "SELECT * FROM competition_matchpool WHERE stage_id = %s AND match_code = %s AND match_group"
_KEEP = by_vendor(sqlite="", postgresql="FOR KEY SHARE")


@dataclass(frozen=True, slots=True)
class PoolName:
    """`group` None is a group of its own: those who named none (§8.2.1)."""

    stage_id: int
    code: str
    group: str | None = None


def pool_of(name: PoolName) -> MatchPool:
    """Made when it is first asked for; nobody forgets it before the transaction ends."""
    grouped, group = ("IS NULL", []) if name.group is None else ("= %s", [name.group])
    kept = MatchPool.objects.raw(f"{_BY_NAME} {grouped} {_KEEP}", [name.stage_id, name.code, *group])
    for pool in kept:
        return pool
    # Whoever makes it: a new one is not forgotten for a day.
    pool, _ = MatchPool.objects.get_or_create(
        stage_id=name.stage_id, match_code=name.code, match_group=name.group
    )
    return pool


def known_pool(name: PoolName) -> MatchPool | None:
    return _named(MatchPool.objects.all(), name).first()


def lock(pool_id: int) -> MatchPool | None:
    """Until the transaction ends. None: it was forgotten meanwhile, as nobody is in it."""
    return _locked().filter(pk=pool_id).first()


def lock_known(name: PoolName) -> MatchPool | None:
    """The same by its name; None for one that nobody has asked for, too."""
    return _named(_locked(), name).first()


def _locked() -> "QuerySet[MatchPool]":
    return MatchPool.objects.select_for_update(no_key=True)


def _named(pools: "QuerySet[MatchPool]", name: PoolName) -> "QuerySet[MatchPool]":
    return pools.filter(stage_id=name.stage_id, match_code=name.code, match_group=name.group)


def wake_after_commit() -> None:
    """Something in a pool is due."""
    transaction.on_commit(partial(wake, JOB), robust=True)
