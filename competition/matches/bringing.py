"""Brings pools up to date, for the job: each in one transaction, under the pool's lock."""

from django.db import transaction

from competition.matches import open_matches
from competition.matches.announcing import announce
from competition.matches.loading import Loaded, load_open, load_waiting
from competition.matches.outcomes import NotFound, Outcome
from competition.matches.parties import Party
from competition.matches.passes import Pass, Waiter
from competition.matches.pools import JOB
from competition.matches.storing import store
from competition.matches.types import MatchType, match_type
from competition.models import Match, MatchPool, PendingMatch
from protocol.ids import new_id
from protocol.run import Run

POOLS_A_LOOK = 100


def due_pools(now_ms: int) -> list[int]:
    """Pools in which something is due."""
    pending = PendingMatch.objects.filter(due_ms__lte=now_ms).order_by().values_list("pool_id", flat=True)
    matches = Match.objects.filter(due_ms__lte=now_ms).order_by().values_list("pool_id", flat=True)
    return sorted({*pending.distinct()[:POOLS_A_LOOK], *matches.distinct()[:POOLS_A_LOOK]})


def next_due() -> int | None:
    """When something is due next, in any pool."""
    rows = (PendingMatch.objects, Match.objects.filter(due_ms__isnull=False))
    firsts = [row.order_by("due_ms").values_list("due_ms", flat=True).first() for row in rows]
    return min((each for each in firsts if each is not None), default=None)


@transaction.atomic
def bring(pool_id: int, now_ms: int) -> Run | None:
    """Let happen in the pool what is due by now. The caller flushes the run.

    None: another worker has it, or it is gone.
    """
    pool = _claim(pool_id)
    if pool is None:
        return None
    type_ = match_type(pool.stage_id, pool.match_code)
    loaded = load_waiting(pool, now_ms)
    run = Run()
    if type_ is None:
        _give_up(pool, loaded, run, now_ms)
        return run
    removed, matches = _open_matches(pool, type_, now_ms)
    done = Pass(type_, pool.done_ms, new_id)
    done.run([*loaded.waiters, *matches], now_ms)
    outcomes = [*loaded.lost, *removed, *done.outcomes]
    announce(pool, outcomes, run, JOB)
    store(pool, loaded, done.left, done.due, done.outcomes, now_ms)
    MatchPool.objects.filter(pk=pool.pk).update(done_ms=now_ms)
    return run


def _claim(pool_id: int) -> MatchPool | None:
    """The pool, unless somebody else is at it: they will see to what is due."""
    return MatchPool.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=pool_id).first()


def _open_matches(pool: MatchPool, type_: MatchType, now_ms: int) -> tuple[list[Outcome], list[Waiter]]:
    """Those that lost somebody search now, as every party does that lost a member."""
    due = open_matches.due_matches(pool, now_ms)
    removed = open_matches.remove_offline(due, type_, now_ms)
    matches: list[Party] = load_open(pool, now_ms) if type_.drop_in else []
    return list(removed), [Waiter(one, now_ms if one.id in due else None) for one in matches]


def _give_up(pool: MatchPool, loaded: Loaded, run: Run, now_ms: int) -> None:
    """The game has no such match type any more [undecided → nobody finds a match]."""
    open_matches.close_all(pool)
    outcomes = [NotFound(each.party.members, each.party.match_data) for each in loaded.waiters]
    announce(pool, outcomes, run, JOB)
    store(pool, loaded, {}, {}, outcomes, now_ms)
