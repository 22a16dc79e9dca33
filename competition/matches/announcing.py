"""Tells players what happened (competition-rules.md §8.2.7): the events of outcomes, in their order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from competition.matches.outcomes import Found, NotFound, Outcome, Updated
from competition.matches.parties import Member, Party
from competition.models import MatchPool
from games.events import PlatformEvent
from messaging.many import send_all
from players.documents import player_document
from players.models import Player
from protocol.run import Run
from realtime.presence import presence


def announce(pool: MatchPool, outcomes: Sequence[Outcome], run: Run, sender: str) -> None:
    """Inside the transaction that stores them. `sender`: the request or the job."""
    if outcomes:
        players = _Players(outcomes)
        send_all(sender, run, [_event(pool, each, players, sender) for each in outcomes])


class _Players:
    """Those whom the outcomes show, read at once."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        ids = {member.player_id for each in outcomes for member in _shown(each)}
        shown = Player.objects.only("id", "display_name", "external_ids", "script_data")
        self._rows: Mapping[str, Player] = shown.in_bulk(ids)
        self._online = presence().online_from_thread(ids)

    def participants(self, members: Iterable[Member]) -> list[dict[str, Any]]:
        return [
            participant_document(self._rows[member.player_id], self._online, member)
            for member in members
            if member.player_id in self._rows
        ]


def participant_document(player: Player, online: Collection[str], member: Member) -> dict[str, Any]:
    """The Participant of types.json. Nobody has a peer id before the match is found."""
    document = player_document(player, online)
    if member.participant_data is not None:
        document["participantData"] = member.participant_data
    if member.peer_id:
        document["peerId"] = member.peer_id
    return document


def _shown(outcome: Outcome) -> tuple[Member, ...]:
    if isinstance(outcome, NotFound):
        return ()
    return (outcome.match if isinstance(outcome, Found) else outcome.party).members


def _event(pool: MatchPool, outcome: Outcome, players: _Players, sender: str) -> PlatformEvent:
    if isinstance(outcome, Found):
        told = tuple(member.player_id for member in outcome.newcomers)
        data = _of_party(pool, outcome.match, players, {"matchId": outcome.match.id})
        return _made(pool, "MatchFoundMessage", data, told, sender)
    if isinstance(outcome, NotFound):
        return _not_found(pool, outcome, sender)
    return _updated(pool, outcome, players, sender)


def _updated(pool: MatchPool, outcome: Updated, players: _Players, sender: str) -> PlatformEvent:
    """Those who come into a match are told so by MatchFound, and of nothing else."""
    one = outcome.party
    own: dict[str, Any] = {"addedPlayers": list(outcome.added)} if outcome.added else {}
    if outcome.removed:
        own["removedPlayers"] = list(outcome.removed)
    told = one.player_ids
    if one.is_open:
        own["matchId"] = one.id
        told = tuple(player_id for player_id in told if player_id not in outcome.added)
    return _made(pool, "MatchUpdatedMessage", _of_party(pool, one, players, own), told, sender)


def _not_found(pool: MatchPool, outcome: NotFound, sender: str) -> PlatformEvent:
    """One's own participantData comes back to each."""
    data = _named(pool) | ({} if outcome.match_data is None else {"matchData": outcome.match_data})
    own = {
        member.player_id: {"participantData": member.participant_data}
        for member in outcome.members
        if member.participant_data is not None
    }
    told = tuple(member.player_id for member in outcome.members)
    return _made(pool, "MatchNotFoundMessage", data, told, sender, own)


def _of_party(pool: MatchPool, one: Party, players: _Players, own: Mapping[str, Any]) -> dict[str, Any]:
    data = {**own, **_named(pool), "participants": players.participants(one.members)}
    if one.match_data is not None:
        data["matchData"] = one.match_data
    return dict(sorted(data.items()))


def _named(pool: MatchPool) -> dict[str, Any]:
    group = {} if pool.match_group is None else {"matchGroup": pool.match_group}
    return {**group, "matchShortCode": pool.match_code}


def _made(
    pool: MatchPool,
    message_class: str,
    data: Mapping[str, Any],
    told: tuple[str, ...],
    sender: str,
    per_player: Mapping[str, Mapping[str, Any]] | None = None,
) -> PlatformEvent:
    return PlatformEvent(
        stage_id=pool.stage_id,
        message_class=message_class,
        data=data,
        player_ids=told,
        per_player=per_player or {},
        origin={"request" if sender.endswith("Request") else "job": sender},
    )
