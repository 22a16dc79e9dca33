"""A challenge that this transaction holds: the lock under which it is changed, and all that is known of it.

Several challenges are locked in the order of their ids; before totals, boards and what players own.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from competition import owners
from competition.challenges.states import Access, Situation, State, next_moment
from competition.challenges.types import ChallengeType, type_of
from competition.goods import wallets
from competition.goods.booking import Source
from competition.models import Challenge, ChallengePlayer, TeamMember
from competition.owners import Owner
from protocol.dates import now_ms
from protocol.errors import RequestError
from protocol.request import Request
from protocol.run import Run

Stand = ChallengePlayer.Stand
LOOK_AGAIN_MS = 24 * 3600 * 1000  # in an open challenge, whose players may be gone without a word


@dataclass(frozen=True, slots=True)
class Act:
    """One request, job or script that changes challenges: at what time, and how its messages are traced."""

    run: Run
    now: int
    name: str
    player_id: str | None = None
    request_id: str = ""

    @classmethod
    def of(cls, request: Request) -> "Act":
        return cls(request.run, now_ms(), request.name, request.player_id, request.request_id or "")

    def source(self, reason: str) -> Source:
        """Of a change of what players own."""
        return Source(reason, self.request_id)


@dataclass(slots=True)
class Held:
    """The row with its players, read under the lock. Changes are made here, then saved."""

    row: Challenge
    players: list[ChallengePlayer]
    type: ChallengeType
    act: Act

    @property
    def state(self) -> State:
        return State(self.row.state)

    @property
    def accepted(self) -> list[ChallengePlayer]:
        """Who takes part, the challenger first, then in the order of acceptance."""
        return sorted(self.standing(Stand.ACCEPTED), key=lambda each: each.place)

    @property
    def order(self) -> list[str]:
        """The same by their ids: the order of turns (§5.7.2)."""
        return [each.player_id for each in self.accepted]

    @property
    def turns(self) -> dict[str, int]:
        return {each.player_id: each.turns for each in self.players}

    def standing(self, *stands: str) -> list[ChallengePlayer]:
        return [each for each in self.players if each.stand in stands]

    def player(self, player_id: str | None) -> ChallengePlayer | None:
        return next((each for each in self.players if each.player_id == player_id), None)

    def participant(self, player_id: str | None) -> ChallengePlayer | None:
        """The same, for who takes part."""
        found = self.player(player_id)
        return found if found is not None and found.stand == Stand.ACCEPTED else None

    def situation(self) -> Situation:
        row, accepted = self.row, self.standing(Stand.ACCEPTED)
        most = row.max_turns
        return Situation(
            state=self.state,
            access=Access(row.access),
            now=self.act.now,
            accepted=len(accepted),
            unanswered=len(self.standing(Stand.INVITED)),
            removed=len(self.standing(Stand.REMOVED)),
            challenger_left=self._has_left(row.challenger_id),
            minimum=row.min_players,
            maximum=row.max_players,
            auto_start=row.auto_start,
            start=row.start_ms,
            end=row.end_ms,
            expiry=row.expiry_ms,
            spent=most is not None and bool(accepted) and all(each.turns >= most for each in accepted),
        )

    def save(self) -> None:
        """Of the players, who changes one saves them."""
        row = self.row
        row.accepted_count = len(self.standing(Stand.ACCEPTED))
        moment = next_moment(self.situation())
        again = self.act.now + LOOK_AGAIN_MS
        row.due_ms = None if self.state.is_final else min(again, moment or again)
        row.save()

    def _has_left(self, player_id: str) -> bool:
        found = self.player(player_id)
        return found is None or found.stand == Stand.LEFT


def hold(act: Act, stage_id: int, challenge_id: str) -> Held | None:
    """Lock the challenge and, where there is a wager, what its players own. None for none."""
    return next(iter(hold_all(act, stage_id, [challenge_id])), None)


def hold_all(act: Act, stage_id: int, challenge_ids: Collection[str]) -> list[Held]:
    """The same for several, of which those that are there are returned."""
    if not challenge_ids:  # as for nearly every post
        return []
    found = Challenge.objects.select_for_update(no_key=True).filter(stage_id=stage_id, pk__in=challenge_ids)
    held = _read_all(act, list(found.order_by("pk")))
    wagered = [each for each in held if each.row.wager]
    if wagered:
        _hold_what_a_post_counts_for(act)
        players = {each.player_id for one in wagered for each in one.standing(Stand.ACCEPTED)}
        wallets.lock(players | ({act.player_id} if act.player_id else set()))
    return held


def _hold_what_a_post_counts_for(act: Act) -> None:
    """The acting player and their teams, which an event of theirs would hold: they come before wallets."""
    if act.player_id is None:
        return
    owners.hold(Owner(player_id=act.player_id))
    memberships = TeamMember.objects.filter(player=act.player_id).order_by("team")
    for team_pk in memberships.values_list("team_id", flat=True):
        owners.hold(Owner(team_pk=team_pk))


def hold_named(act: Act, stage_id: int, challenge_id: str) -> Held:
    """Raises RequestError `challengeInstanceId: INVALID` for none."""
    held = hold(act, stage_id, challenge_id)
    if held is None:
        raise invalid()
    return held


def read(act: Act, row: Challenge) -> Held:
    """The same without the lock, to look at."""
    return _read_all(act, [row])[0]


def invalid() -> RequestError:
    return RequestError({"challengeInstanceId": "INVALID"})


def save_players(players: Iterable[ChallengePlayer], *fields: str) -> None:
    ChallengePlayer.objects.bulk_update(players, fields)


def _read_all(act: Act, rows: Sequence[Challenge]) -> list[Held]:
    """One statement for all their players."""
    players: dict[str, list[ChallengePlayer]] = {row.pk: [] for row in rows}
    found = ChallengePlayer.objects.filter(challenge__in=list(players)).select_related("player")
    for each in found.order_by("id") if rows else ():
        players[each.challenge_id].append(each)
    return [Held(row, players[row.pk], type_of(row.stage_id, row.short_code), act) for row in rows]
