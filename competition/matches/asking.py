"""Asking for a match, and taking it back (competition-rules.md §8.2.1, §8.2.8).

Every function runs in its caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from competition.matches import open_matches
from competition.matches.announcing import announce
from competition.matches.loading import load_waiting
from competition.matches.moment import now_ms
from competition.matches.outcomes import Updated
from competition.matches.parties import Party, Point, without
from competition.matches.pools import PoolName, lock, lock_known, pool_of, wake_after_commit
from competition.matches.storing import as_text, store
from competition.models import MatchPool, PendingMatch, WaitingPlayer
from players.models import Player
from protocol.errors import RequestError
from protocol.run import Run


@dataclass(frozen=True, slots=True)
class Wish:
    """What a player asks with. `custom_query` is one that can be read (queries.read_query)."""

    skill: float
    participant_data: Mapping[str, Any] | None = None
    match_data: Mapping[str, Any] | None = None
    custom_query: Mapping[str, Any] | None = None


def ask(name: PoolName, player_id: str, wish: Wish, run: Run, sender: str) -> str:
    """A pending match of one, for the next pass to look at; the id of the request. It takes the place of one
    that the player made before."""
    _, (asked_id,) = ask_together(name, [player_id], wish, run, sender)
    return asked_id


def ask_together(
    name: PoolName, player_ids: Sequence[str], wish: Wish, run: Run, sender: str
) -> tuple[str, list[str]]:
    """The same of several, who are to be in one match; ids of the pending match and of their requests.

    Raises Player.DoesNotExist.
    """
    locked = Player.objects.select_for_update(no_key=True).filter(pk__in=player_ids).order_by("pk")
    players = {player.pk: player for player in locked}
    if missing := set(player_ids) - players.keys():
        raise Player.DoesNotExist(min(missing))
    pool = pool_of(name)
    waiting = WaitingPlayer.objects.filter(pool=pool, player__in=players)
    for player_id in list(waiting.order_by("player").values_list("player_id", flat=True)):
        take_back(lock(pool.pk) or pool, player_id, run, sender)
    since_ms = now_ms()
    pending = PendingMatch.objects.create(
        pool=pool,
        player_ids=as_text(list(player_ids)),
        skill=wish.skill,
        match_data=as_text(wish.match_data),
        due_ms=since_ms,
    )
    rows = [_waiting(pending, players[player_id], wish, since_ms) for player_id in player_ids]
    WaitingPlayer.objects.bulk_create(rows)
    wake_after_commit()
    return pending.pk, [row.pk for row in rows]


def _waiting(pending: PendingMatch, player: Player, wish: Wish, since_ms: int) -> WaitingPlayer:
    longitude, latitude = point_of(player.location) or (None, None)
    return WaitingPlayer(
        pool_id=pending.pool_id,
        pending=pending,
        player=player,
        skill=wish.skill,
        since_ms=since_ms,
        participant_data=as_text(wish.participant_data),
        custom_query=as_text(wish.custom_query),
        longitude=longitude,
        latitude=latitude,
    )


def cancel(name: PoolName, player_id: str, run: Run, sender: str) -> None:
    """Leave what was not found yet; [undecided → else the open match that was].

    Raises RequestError `match: NOT_FOUND`.
    """
    pool = lock_known(name)
    if pool is None:
        raise RequestError({"match": "NOT_FOUND"})
    if not take_back(pool, player_id, run, sender):
        told = open_matches.leave(pool, [player_id], now_ms())
        if told is None:
            raise RequestError({"match": "NOT_FOUND"})
        announce(pool, told, run, sender)


def take_back(pool: MatchPool, player_id: str, run: Run, sender: str) -> bool:
    """The player waits no more, and those who waited with them are told. Whether there was anything.

    Under the pool's lock. What is left searches in the next pass.
    """
    mine = WaitingPlayer.objects.filter(pool=pool, player=player_id).first()
    if mine is None:
        return False
    loaded = load_waiting(pool, now_ms(), [mine.pending_id])
    lost = tuple(player_id for each in loaded.lost for player_id in each.removed)
    rest = _rest(loaded.parties.get(mine.pending_id), player_id)
    left = {rest.id: rest} if rest else {}
    due = {mine.pending_id: min(loaded.due[mine.pending_id], now_ms())}
    announce(pool, [Updated(rest, removed=(player_id, *lost))] if rest else [], run, sender)
    store(pool, loaded, left, due, (), now_ms())
    wake_after_commit()
    return True


def _rest(whole: Party | None, player_id: str) -> Party | None:
    return without(whole, [player_id]) if whole is not None else None


def point_of(location: Mapping[str, Any]) -> Point | None:
    """Longitude and latitude, where both are known. The names are the old server's, spelled as they were."""
    longitude = location.get("longditute", location.get("longitude"))
    latitude = location.get("latitide", location.get("latitude"))
    if _is_angle(longitude, 180) and _is_angle(latitude, 90):
        return float(longitude), float(latitude)
    return None


def _is_angle(value: Any, most: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most
