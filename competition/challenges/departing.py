"""Open challenges of players who are banned or deleted.

A banned player is noticed by whoever looks next; one who is deleted leaves no row that could be noticed.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet

from competition.challenges import advancing, leaving
from competition.challenges.clock import JOB
from competition.challenges.holding import Act, Stand, hold_all
from competition.models import Challenge, ChallengePlayer
from players.departures import DEPARTURE
from protocol.dates import now_ms
from protocol.run import Run
from realtime.worker import wake

logger = logging.getLogger("flint.competition")

Found = Sequence[tuple[str, int]]  # ids of challenges with their stages'


def lock_open(player_ids: Collection[str]) -> Found:
    """Those in which one of the players is."""
    rows = Challenge.objects.filter(due_ms__isnull=False, players__player__in=player_ids)
    locked = rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
    return list(dict.fromkeys(locked.values_list("pk", "stage_id")))


def players_of(found: Found) -> "QuerySet[ChallengePlayer, str]":
    """Those whose stakes may go back or to a winner, by their ids."""
    rows = ChallengePlayer.objects.filter(challenge__in=[pk for pk, _ in found], stand=Stand.ACCEPTED)
    return rows.values_list("player_id", flat=True)


def look_soon(found: Found) -> None:
    """A worker looks at them after this commits."""
    if found:
        Challenge.objects.filter(pk__in=[pk for pk, _ in found], due_ms__isnull=False).update(due_ms=0)
        transaction.on_commit(lambda: wake(JOB), robust=True)


def depart(run: Run, found: Found, player_ids: Collection[str]) -> None:
    """The players are out of them, which is told and has its consequences.

    Whatever is wrong with one holds up nobody's deletion: a worker looks at it again without them.
    """
    by_stage: dict[int, list[str]] = defaultdict(list)
    for challenge_id, stage_id in found:
        by_stage[stage_id].append(challenge_id)
    for stage_id, ids in by_stage.items():
        try:
            with transaction.atomic():
                _depart(Act(run, now_ms(), DEPARTURE), stage_id, ids, player_ids)
        except Exception:
            logger.exception("challenges of stage %s go on without being told who is deleted", stage_id)


def _depart(act: Act, stage_id: int, ids: Collection[str], player_ids: Collection[str]) -> None:
    for held in hold_all(act, stage_id, ids):
        advancing.catch_up(held)
        leaving.leave(held, player_ids)
        advancing.advance(held)
