"""What scripts do with matches of their stage (competition-rules.md §8.4).

Matches that scripts make, and players that they add or remove, are announced to nobody: that is the script's
to do. Every function runs in its caller's transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from competition.matches import asking, joining
from competition.matches.asking import Wish
from competition.matches.loading import load_matches, load_waiting
from competition.matches.moment import now_ms
from competition.matches.pools import PoolName, lock, pool_of
from competition.matches.queries import InvalidQuery, read_query
from competition.matches.storing import as_text
from competition.matches.types import match_type
from competition.models import Match, Participant, PendingMatch, WaitingPlayer
from players.models import Player
from protocol.errors import RequestError
from protocol.ids import new_id
from protocol.run import Run

BY_SCRIPT = ""  # the type of matches that nobody searched for
LONGEST_ID = 24

Facts = dict[str, Any]


def create(stage_id: int, match_id: str | None, player_ids: Sequence[str]) -> str | None:
    """Its id. None without players, and where the id is too long or taken."""
    if match_id is not None and not 0 < len(match_id) <= LONGEST_ID:
        return None
    known = _known(stage_id, player_ids)
    if not known or Match.objects.filter(pk=match_id).exists():
        return None
    match = Match.objects.create(id=match_id or new_id(), pool=pool_of(PoolName(stage_id, BY_SCRIPT)))
    _add(match, known)
    return match.pk


def facts(match: Match) -> Facts:
    found = load_matches(Match.objects.filter(pk=match.pk))
    members = found[0].members if found else ()
    return {
        "id": match.pk,
        "matchData": found[0].match_data if found else None,
        "participants": [{"playerId": each.player_id, "peerId": each.peer_id} for each in members],
    }


def find(stage_id: int, match_id: str) -> Match | None:
    return Match.objects.filter(pk=match_id, pool__stage=stage_id).first()


def add_players(match: Match, player_ids: Sequence[str]) -> None:
    """Who is in it stays; unknown ids are left out."""
    lock(match.pool_id)
    _add(match, _known(match.pool.stage_id, player_ids))


def remove_players(match: Match, player_ids: Sequence[str]) -> None:
    lock(match.pool_id)
    Participant.objects.filter(match=match, player__in=player_ids).delete()


def set_data(match: Match, data: Mapping[str, Any]) -> None:
    match.match_data = as_text(data)
    match.save(update_fields=["match_data"])


def _add(match: Match, player_ids: Sequence[str]) -> None:
    """With the lowest peer ids that are free."""
    rows = dict(Participant.objects.filter(match=match).values_list("player_id", "peer_id"))
    new = [each for each in player_ids if each not in rows]
    free = (number for number in range(1, len(rows) + len(new) + 1) if number not in rows.values())
    now = now_ms()
    Participant.objects.bulk_create(
        Participant(id=new_id(), match=match, player_id=each, peer_id=peer_id, skill=0, since_ms=now)
        for each, peer_id in zip(new, free, strict=False)
    )


def _known(stage_id: int, player_ids: Sequence[str]) -> list[str]:
    """Each once, in their order."""
    known = set(Player.objects.filter(stage=stage_id, pk__in=player_ids).values_list("pk", flat=True))
    return [each for each in dict.fromkeys(player_ids) if each in known]


# --- Pending ones ------------------------------------------------------------------------------------------


def create_pending(
    name: PoolName, player_ids: Sequence[str], wish: Wish, run: Run, sender: str
) -> Facts | None:
    """Of players who are to be in one match. None without any, with too many, and for a query that cannot be
    read."""
    type_, known = match_type(name.stage_id, name.code), _known(name.stage_id, player_ids)
    if type_ is None or not 0 < len(known) <= type_.most or not _can_be_read(wish.custom_query):
        return None
    pending_id, _ = asking.ask_together(name, known, wish, run, sender)
    return pending_facts(name.stage_id, pending_id)


def _can_be_read(query: Mapping[str, Any] | None) -> bool:
    try:
        read_query(query or {})
    except InvalidQuery:
        return False
    return True


def pending_facts(stage_id: int, pending_id: str) -> Facts | None:
    pending = PendingMatch.objects.select_related("pool").filter(pk=pending_id, pool__stage=stage_id).first()
    if pending is None:
        return None
    one = load_waiting(pending.pool, now_ms(), [pending_id]).parties.get(pending_id)
    return None if one is None else joining.pending_document(pending.pool, one)


def pending_of(name: PoolName, player_id: str) -> Facts | None:
    """The one that the player waits in."""
    waiting = WaitingPlayer.objects.filter(
        player=player_id,
        pool__stage=name.stage_id,
        pool__match_code=name.code,
        pool__match_group=name.group,
    )
    row = waiting.first()
    return None if row is None else pending_facts(name.stage_id, row.pending_id)


def find_fitting(stage_id: int, pending_id: str, most: int) -> list[Facts]:
    """Other pending matches that fit this one now, closest in skill first; none where it is gone."""
    mine = _named(stage_id, pending_id)
    try:
        return joining.find_pending(*mine, most) if mine else []
    except RequestError:
        return []


def join(stage_id: int, pending_id: str, other_id: str, run: Run, sender: str) -> Facts | None:
    """It takes in the other; what becomes of it. None where that is impossible (§8.4)."""
    mine = _named(stage_id, pending_id)
    try:
        return joining.join_pending(*mine, other_id, run, sender) if mine else None
    except RequestError:
        return None


def cancel(name: PoolName, player_id: str, run: Run, sender: str) -> bool:
    """False for who does not wait there."""
    try:
        asking.cancel(name, player_id, run, sender)
    except RequestError:
        return False
    return True


def _named(stage_id: int, pending_id: str) -> tuple[PoolName, str] | None:
    """The pool, and one who waits in it."""
    row = (
        WaitingPlayer.objects.select_related("pool")
        .filter(pending=pending_id, pool__stage=stage_id)
        .order_by("pk")
        .first()
    )
    if row is None:
        return None
    return PoolName(stage_id, row.pool.match_code, row.pool.match_group), row.player_id
