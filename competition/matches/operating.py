"""What an operator may do to a pending match and to a match, with a line in the audit log."""

from django.core.exceptions import ValidationError
from django.db import transaction

from competition.matches.announcing import announce
from competition.matches.loading import Loaded, load_waiting
from competition.matches.moment import now_ms
from competition.matches.outcomes import NotFound
from competition.matches.pools import lock
from competition.matches.storing import store
from competition.models import Match, MatchPool, PendingMatch
from games.audit import record
from games.models import User
from protocol.run import Run
from realtime import outside

OPERATOR = "operator"
GONE = "It is gone."


def cancel(row: PendingMatch, actor: User | None) -> None:
    """Its players wait no more, and are told that no match was found. Raises ValidationError."""
    run = Run()
    with transaction.atomic():
        pool = _lock(row.pool_id)
        loaded = load_waiting(pool, now_ms(), [row.pk])
        if row.pk not in loaded.kept:
            raise ValidationError(GONE)
        outcomes = _nobody(loaded)
        announce(pool, outcomes, run, OPERATOR)
        store(pool, loaded, {}, {}, outcomes, now_ms())
        record(actor, "match.cancelled", row.pk, pool.stage.game, type=pool.match_code, stage=pool.stage.name)
        transaction.on_commit(lambda: outside.begin(run.flush), robust=True)


def _nobody(loaded: Loaded) -> list[NotFound]:
    return [NotFound(each.party.members, each.party.match_data) for each in loaded.waiters]


def remove(row: Match, actor: User | None) -> None:
    """The match is forgotten. Nobody is told: the game goes on wherever it is played.

    Raises ValidationError.
    """
    with transaction.atomic():
        pool = _lock(row.pool_id)
        players = row.participants.count()
        if not Match.objects.filter(pk=row.pk).exists():
            raise ValidationError(GONE)
        record(actor, "match.removed", row.pk, pool.stage.game, type=pool.match_code, players=players)
        row.delete()


def _lock(pool_id: int) -> MatchPool:
    pool = lock(pool_id)
    if pool is None:
        raise ValidationError(GONE)
    return pool
