"""Manual matchmaking (competition-rules.md §8.4): looking for pending matches that fit, and joining one."""

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from math import inf, nextafter
from typing import Any

from django.db.models import Q, QuerySet

from competition.matches.announcing import announce
from competition.matches.fitting import fit, member_document, plain, threshold_of
from competition.matches.loading import Loaded, load_waiting
from competition.matches.moment import now_ms
from competition.matches.outcomes import Found, Updated
from competition.matches.parties import Party, merged_data, newcomers, party
from competition.matches.passes import is_complete, new_match
from competition.matches.pools import PoolName, known_pool, lock_known
from competition.matches.storing import store
from competition.matches.types import MatchType, match_type
from competition.models import MatchPool, PendingMatch, WaitingPlayer
from protocol.errors import RequestError
from protocol.ids import new_id
from protocol.run import Run

LOOKED_AT = 200  # pending matches read at once
MOST_FOUND = 100

NOT_IN_PROGRESS = {"match": "NOT_IN_PROGRESS"}
NOT_AVAILABLE = {"pendingMatchId": "NOT_AVAILABLE"}


def find_pending(name: PoolName, player_id: str, most: int) -> list[dict[str, Any]]:
    """Those that fit the caller's own now, closest in skill first.

    Raises RequestError `match: NOT_IN_PROGRESS`.
    """
    pool, type_, mine = _mine(name, player_id)
    now = now_ms()
    low, high = threshold_of(type_, mine, now).window(mine.skill)
    fitting = (
        other
        for ids in _closest(pool, mine, low, high)
        for other in _parties(pool, ids, now)
        if not has_ended(type_, other, now) and fit(type_, mine, other, now)
    )
    return [pending_document(pool, other) for other in islice(fitting, min(max(most, 1), MOST_FOUND))]


def _closest(pool: MatchPool, mine: Party, low: float, high: float) -> Iterator[list[str]]:
    """Ids of the pool's other pending matches, closest in skill first, then by id; no more are read than are
    asked for."""
    others = PendingMatch.objects.filter(pool=pool).exclude(pk=mine.id)
    above = _walk(others.filter(skill__gte=max(low, mine.skill), skill__lte=high), "skill")
    below = _walk(others.filter(skill__gte=low, skill__lt=min(mine.skill, nextafter(high, inf))), "-skill")
    by_distance = merge(above, below, key=lambda found: (abs(found[0] - mine.skill), found[1]))
    ids = (id for _, id in by_distance)
    while some := list(islice(ids, LOOKED_AT)):
        yield some


def _walk(rows: "QuerySet[PendingMatch]", order: str) -> Iterator[tuple[float, str]]:
    """Skills and ids in the order of `skill` or `-skill`, then of ids, a page at a time."""
    further = "skill__lt" if order.startswith("-") else "skill__gt"
    ordered, behind = rows.order_by(order, "id").values_list("skill", "id"), Q()
    while page := list(ordered.filter(behind)[:LOOKED_AT]):
        yield from page
        skill, id = page[-1]
        behind = Q(**{further: skill}) | Q(skill=skill, id__gt=id)


def _parties(pool: MatchPool, ids: list[str], now: int) -> list[Party]:
    """In the order of the ids."""
    found = load_waiting(pool, now, ids).parties
    return [found[id] for id in ids if id in found]


def join_pending(name: PoolName, player_id: str, pending_id: str, run: Run, sender: str) -> dict[str, Any]:
    """The caller's pending match takes in the other, if they fit still; what becomes of it.

    It keeps its id and its members come first (§8.4). Raises RequestError `match: NOT_IN_PROGRESS`,
    `pendingMatchId: NOT_AVAILABLE`.
    """
    lock_known(name)
    pool, type_, mine = _mine(name, player_id)
    now = now_ms()
    loaded = load_waiting(pool, now, {mine.id, pending_id})
    mine, other = loaded.parties[mine.id], loaded.parties.get(pending_id)
    if (
        other is None
        or other.id == mine.id
        or has_ended(type_, other, now)
        or not fit(type_, mine, other, now)
    ):
        raise RequestError(NOT_AVAILABLE)
    joint = party(mine.id, (*mine.members, *other.members), merged_data(mine, other))
    _come_true(pool, type_, loaded, joint, (mine, other), run, sender)
    return pending_document(pool, joint)


def _come_true(
    pool: MatchPool,
    type_: MatchType,
    loaded: Loaded,
    joint: Party,
    sides: tuple[Party, Party],
    run: Run,
    sender: str,
) -> None:
    now = now_ms()
    if is_complete(type_, joint, now):
        match = new_match(type_, joint, new_id(), now)
        found = Found(match, match.members)
        announce(pool, [*loaded.lost, found], run, sender)
        store(pool, loaded, {}, {}, [found], now)
        return
    added = tuple(member.player_id for member in newcomers(*sides))
    announce(pool, [*loaded.lost, Updated(joint, added=added)], run, sender)
    due_ms = joint.clock_ms + type_.next_change(now - joint.clock_ms)
    store(pool, loaded, {joint.id: joint}, {joint.id: due_ms}, (), now)


def _mine(name: PoolName, player_id: str) -> tuple[MatchPool, MatchType, Party]:
    type_, pool = match_type(name.stage_id, name.code), known_pool(name)
    mine = WaitingPlayer.objects.filter(pool=pool, player=player_id).first() if pool else None
    if type_ is None or pool is None or mine is None:
        raise RequestError(NOT_IN_PROGRESS)
    own = load_waiting(pool, now_ms(), [mine.pending_id]).parties.get(mine.pending_id)
    if own is None or has_ended(type_, own, now_ms()):
        raise RequestError(NOT_IN_PROGRESS)
    return pool, type_, own


def has_ended(type_: MatchType, one: Party, now: int) -> bool:
    """Somebody's last period is over, and the next pass will say so."""
    return now - one.clock_ms >= type_.thresholds[-1].until_ms


def pending_document(pool: MatchPool, one: Party) -> dict[str, Any]:
    """The PendingMatch of types.json."""
    document = {
        "id": one.id,
        "matchData": one.match_data,
        "matchGroup": pool.match_group,
        "matchShortCode": pool.match_code,
        "matchedPlayers": [member_document(member) for member in one.members],
        "skill": plain(one.skill),
    }
    return {name: value for name, value in document.items() if value is not None}
