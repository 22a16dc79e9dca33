"""Challenges that are open to all or to friends: joined and found (competition-rules.md §5.5.3-4, §5.6)."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet

from competition.challenges import advancing, eligibility
from competition.challenges.announcing import announce
from competition.challenges.answering import let_in
from competition.challenges.creating import MOST_PLAYERS
from competition.challenges.holding import Act, Held, Stand, hold
from competition.challenges.states import Access, State
from competition.models import Challenge, ChallengePlayer
from players import friends
from players.models import Friendship, Player
from protocol.errors import RequestError

NOT_TO_JOIN = "Must be a PUBLIC|FRIENDS challenge to join"
MOST_FOUND = 50


def join(
    act: Act,
    player: Player,
    challenge_id: str,
    message: str | None = None,
    instead: Mapping[str, Any] | None = None,
) -> bool:
    """False for a challenge that is full, expired, started or already joined. `instead`: segments that count
    for the player's own.

    Raises RequestError `challengeInstanceId: UNKNOWN`, `JOIN: …`, `eligibility: …`, or a wager's.
    """
    held = hold(act, player.stage_id, challenge_id)
    if held is None:
        raise RequestError({"challengeInstanceId": "UNKNOWN"})
    _check_access(held.row, player)
    segments = eligibility.segments_of(player, instead)
    advancing.catch_up(held)
    known = held.player(player.pk)
    if not _is_open(held) or (known is not None and known.stand not in (Stand.INVITED, Stand.DECLINED)):
        return False
    eligibility.check(held.row.criteria, segments)
    already = held.accepted
    let_in(held, known or ChallengePlayer(challenge=held.row, player=player))
    announce(held, "Joined", already, message=message, who=player.display_name)
    advancing.advance(held)
    return True


def find(
    act: Act,
    player: Player,
    access: Access,
    short_codes: Collection[str] | None = None,
    instead: Mapping[str, Any] | None = None,
) -> "QuerySet[Challenge]":
    """Challenges that the player may join, the newest first. Raises RequestError `eligibility: …`."""
    segments = eligibility.segments_of(player, instead)
    found = _joinable(act, player, access)
    if short_codes is not None:
        found = found.filter(short_code__in=short_codes)
    # Open challenges ask for few different things, however many there are.
    asked = found.order_by().values_list("criteria", flat=True).distinct()
    fitting = [criteria for criteria in asked if eligibility.fits(criteria, segments)]
    return found.filter(criteria__in=fitting).order_by("-id")


def _check_access(row: Challenge, player: Player) -> None:
    """Raises RequestError `JOIN: …`."""
    if row.access == Access.PRIVATE:
        raise RequestError({"JOIN": NOT_TO_JOIN})
    is_friend = row.challenger_id == player.pk or friends.are_friends(row.challenger_id, player.pk)
    if row.access == Access.FRIENDS and not is_friend:
        raise RequestError({"JOIN": "NOT_FRIEND"})


def _is_open(held: Held) -> bool:
    """Open until it starts, or its expiry: also while it waits for its start time (§5.3)."""
    situation = held.situation()
    has_place = not situation.full and situation.accepted < MOST_PLAYERS
    is_open = held.state in (State.ISSUED, State.WAITING) and not situation.reached(situation.expiry)
    return is_open and has_place


def _joinable(act: Act, player: Player, access: Access) -> "QuerySet[Challenge]":
    """Whatever they ask for."""
    joined = ChallengePlayer.objects.filter(player=player).exclude(stand__in=[Stand.INVITED, Stand.DECLINED])
    found = Challenge.objects.filter(stage_id=player.stage_id, access=access, state=State.ISSUED)
    found = found.filter(Q(expiry_ms=None) | Q(expiry_ms__gt=act.now))
    found = found.filter(Q(max_players=None) | Q(accepted_count__lt=F("max_players")))
    if access is Access.FRIENDS:
        linked = Friendship.objects.filter(player=player).values("friend")
        found = found.filter(challenger_id__in=linked)
    return found.exclude(pk__in=joined.values("challenge"))
