"""Challenges issued (competition-rules.md §5.2)."""

from typing import Any

from competition.challenges import advancing, wagers
from competition.challenges.announcing import announce
from competition.challenges.eligibility import Fault, read_criteria
from competition.challenges.holding import Act, Held, Stand
from competition.challenges.states import LEAST_PLAYERS, Access, State
from competition.challenges.types import ChallengeType, challenge_types
from competition.models import Challenge, ChallengePlayer
from players.models import Player
from protocol.errors import RequestError
from protocol.schemas.multiplayer import CreateChallengeRequest

MOST_PLAYERS = 1000  # invited, or in one challenge: each of its messages names them all
MOST_TURNS = 2**31 - 1
MAX_PLAYERS_REQUIRED = "MaxPlayers Required"


def create(act: Act, challenger: Player, data: CreateChallengeRequest) -> Challenge:
    """Issue it, and tell whom it names. Raises RequestError with every faulty field."""
    type_ = challenge_types(challenger.stage_id).get(data.challenge_short_code)
    invited = _invited(challenger, data)
    faults = _faults(act, data, type_, invited)
    try:
        criteria = read_criteria(data.eligibility_criteria or {})
    except Fault as fault:
        faults["eligibilityCriteria"] = fault.value
    if type_ is None or invited is None or faults:
        raise RequestError(faults)
    held = _make(act, type_, challenger, invited, data, criteria)
    wagers.stake(held, challenger.pk)
    if not data.silent:
        who, challenged = challenger.display_name, held.standing(Stand.INVITED)
        announce(held, "Issued", challenged, message=data.challenge_message, who=who)
    advancing.advance(held)
    return held.row


def _invited(challenger: Player, data: CreateChallengeRequest) -> list[Player] | None:
    """Each once, in their order, the challenger left out (§5.2.3). None: there is no such player."""
    ids = [each for each in dict.fromkeys(data.users_to_challenge or ()) if each != challenger.pk]
    if len(ids) > MOST_PLAYERS:
        return None
    known = Player.objects.filter(stage_id=challenger.stage_id, banned=False).in_bulk(ids)
    return [known[each] for each in ids] if len(known) == len(ids) else None


def _faults(
    act: Act, data: CreateChallengeRequest, type_: ChallengeType | None, invited: list[Player] | None
) -> dict[str, Any]:
    faults = {
        "challengeShortCode": "INVALID" if type_ is None else "",
        "usersToChallenge": _users_fault(data, invited),
        "autoStartJoinedChallengeOnMaxPlayers": (
            MAX_PLAYERS_REQUIRED
            if data.auto_start_joined_challenge_on_max_players and data.max_players is None
            else ""
        ),
        "startTime": "INVALID" if _is_past(act, data.start_time) else "",
        "endTime": _end_fault(act, data, type_),
        "expiryTime": "INVALID" if _is_past(act, data.expiry_time) else "",
        "minPlayers": _number_fault(data.min_players, 1, MOST_PLAYERS),
        "maxPlayers": _number_fault(
            data.max_players, max(data.min_players or 0, LEAST_PLAYERS), MOST_PLAYERS
        ),
        "maxAttempts": _number_fault(data.max_attempts, 1, MOST_TURNS),
        **{
            f"currency{number}Wager": _number_fault(amount, 0, wagers.MOST)
            for number, amount in wagers.asked(data).items()
        },
    }
    return {field: code for field, code in faults.items() if code}


def _users_fault(data: CreateChallengeRequest, invited: list[Player] | None) -> str:
    if invited is None:
        return "INVALID"
    return "REQUIRED" if not invited and _access(data) is Access.PRIVATE else ""


def _end_fault(act: Act, data: CreateChallengeRequest, type_: ChallengeType | None) -> str:
    """A challenge that an achievement decides may be without an end (§5.2.1)."""
    if data.end_time is None:
        return "REQUIRED" if type_ is not None and type_.achievement is None else ""
    is_too_early = data.start_time is not None and data.end_time <= data.start_time
    return "INVALID" if is_too_early or _is_past(act, data.end_time) else ""


def _is_past(act: Act, time: int | None) -> bool:
    return time is not None and time <= act.now


def _number_fault(value: int | None, least: int, most: int) -> str:
    return "" if value is None or least <= value <= most else "INVALID"


def _access(data: CreateChallengeRequest) -> Access:
    return Access(data.access_type or Access.PRIVATE)


def _plain(value: int | None) -> int | None:
    """What a message can hold: not a request's own kind of number."""
    return None if value is None else int(value)


def _make(
    act: Act,
    type_: ChallengeType,
    challenger: Player,
    invited: list[Player],
    data: CreateChallengeRequest,
    criteria: str,
) -> Held:
    """The challenger takes part from the start (§5.2.2)."""
    row = Challenge.objects.create(
        stage_id=challenger.stage_id,
        short_code=type_.code,
        challenger_id=challenger.pk,
        access=_access(data),
        state=State.ISSUED,
        message=data.challenge_message,
        start_ms=_plain(data.start_time),
        end_ms=_plain(data.end_time),
        expiry_ms=_plain(data.expiry_time),
        min_players=_plain(data.min_players),
        max_players=_plain(data.max_players),
        max_turns=_plain(data.max_attempts),
        auto_start=bool(data.auto_start_joined_challenge_on_max_players),
        accepted_count=1,
        criteria=criteria,
        wager={str(number): amount for number, amount in wagers.asked(data).items() if amount},
        created_ms=act.now,
    )
    players = [
        ChallengePlayer(challenge=row, player=challenger, stand=Stand.ACCEPTED, challenged=False),
        *(ChallengePlayer(challenge=row, player=each, stand=Stand.INVITED) for each in invited),
    ]
    return Held(row, ChallengePlayer.objects.bulk_create(players), type_, act)
