"""Which challenges a player sees, and under which state (competition-rules.md §5.4)."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from competition.challenges.documents import RECEIVED
from competition.challenges.holding import Act, Held, Stand, invalid, read
from competition.challenges.states import Access, State
from competition.models import Challenge, ChallengePlayer

_INVITED, _ACCEPTED = Q(stand=Stand.INVITED), Q(stand=Stand.ACCEPTED)
_IS_CHALLENGER = Q(challenged=False)

# What each filter shows, row by row of the table.
SHOWN: dict[str, Q] = {
    State.ISSUED: _ACCEPTED & Q(challenge__state=State.ISSUED),
    RECEIVED: _INVITED & Q(challenge__state=State.ISSUED, challenge__access=Access.PRIVATE),
    State.WAITING: _ACCEPTED & Q(challenge__state=State.WAITING),
    State.RUNNING: _ACCEPTED & Q(challenge__state=State.RUNNING),
    State.COMPLETE: _ACCEPTED & Q(challenge__state=State.COMPLETE),
    State.DECLINED: _IS_CHALLENGER & Q(challenge__state=State.DECLINED),
    State.EXPIRED: (_ACCEPTED | _INVITED) & Q(challenge__state=State.EXPIRED),
    State.WITHDRAWN: (_ACCEPTED | _INVITED) & Q(challenge__state=State.WITHDRAWN),
}
_NOTHING = Q(pk__in=[])


def challenges_of(
    player_id: str, states: Collection[str] | None = None, short_code: str | None = None
) -> "QuerySet[ChallengePlayer]":
    """The player's rows, each with its challenge, the newest first. `states` None: whatever they see."""
    shown = _NOTHING
    for state in SHOWN if states is None else states:
        shown |= SHOWN.get(state, _NOTHING)
    found = ChallengePlayer.objects.filter(shown, player=player_id)
    if short_code is not None:
        found = found.filter(challenge__short_code=short_code)
    return found.select_related("challenge").order_by("-challenge_id")


def is_received(mine: ChallengePlayer) -> bool:
    return mine.stand == Stand.INVITED and mine.challenge.state == State.ISSUED


def shown_to(act: Act, stage_id: int, challenge_id: str) -> Held:
    """One challenge, to the challenger and to whoever was challenged, also who declined (§5.5.2).

    Raises RequestError `challengeInstanceId: INVALID`.
    """
    row = Challenge.objects.filter(stage_id=stage_id, pk=challenge_id).first()
    held = None if row is None else read(act, row)
    mine = None if held is None else held.player(act.player_id)
    if held is None or mine is None or mine.stand in (Stand.REMOVED, Stand.LEFT):
        raise invalid()
    return held
