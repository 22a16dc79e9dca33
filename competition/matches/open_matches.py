"""Matches with drop-in and drop-out (competition-rules.md §8.3): who is offline for too long is removed.

A player who was last seen to leave is offline since then. That is written down when the last socket ends, and
looked at again when the delay is over: who is back by then stays.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from competition.matches.loading import load_matches
from competition.matches.outcomes import Updated
from competition.matches.pools import lock, wake_after_commit
from competition.matches.types import MatchType, match_type
from competition.models import Match, MatchPool, Participant
from realtime.presence import presence

LOOKED_AT = 1000  # participants at once
# Other processes may hear a moment late that somebody is gone, and phones are gone for a moment: a delay of
# none ends after this.
LEAST_DELAY_MS = 500


def is_running(now_ms: int) -> Q:
    """After its expiry a match's players are fixed."""
    return Q(is_open=True) & (Q(closes_ms=0) | Q(closes_ms__gt=now_ms))


def note_offline(player_ids: Collection[str], now_ms: int, again: bool = True) -> None:
    """These have no socket any more, as far as is known. `again`: since now, whatever was known before."""
    matches = Match.objects.filter(is_running(now_ms), participants__player__in=player_ids)
    for pool_id in sorted(set(matches.values_list("pool_id", flat=True))):
        with transaction.atomic():
            pool = lock(pool_id)
            type_ = match_type(pool.stage_id, pool.match_code) if pool is not None else None
            if pool is not None and type_ is not None:
                _note(pool, type_, player_ids, now_ms, again)


def _note(pool: MatchPool, type_: MatchType, player_ids: Collection[str], now_ms: int, again: bool) -> None:
    running = Match.objects.filter(is_running(now_ms), pool=pool)
    rows = Participant.objects.filter(match__in=running, player__in=player_ids)
    if not again:
        rows = rows.filter(offline_ms__isnull=True)
    # A match that is due already, since somebody left it, is to search first: that reckons anew.
    match_ids = set(rows.exclude(match__due_ms__lte=now_ms).values_list("match_id", flat=True))
    rows.update(offline_ms=now_ms)
    _reckon_due(match_ids, type_)
    wake_after_commit()


def note_absent(after_id: str, now_ms: int) -> str:
    """Note a page of those who are in open matches and not online, though nobody saw them leave: their node
    died, or they were offline when the match was found. Where the next page begins; "" after the last."""
    running = Match.objects.filter(is_running(now_ms))
    rows = Participant.objects.filter(match__in=running, offline_ms__isnull=True, pk__gt=after_id)
    page = list(rows.order_by("pk").values_list("pk", "player_id")[:LOOKED_AT])
    players = {player_id for _, player_id in page}
    absent = players - presence().online_from_thread(players)
    if absent:
        note_offline(absent, now_ms, again=False)
    return page[-1][0] if len(page) == LOOKED_AT else ""


def _reckon_due(match_ids: Collection[str], type_: MatchType) -> None:
    """When the first of a match's players who are offline has to be removed."""
    offline = Participant.objects.filter(match=OuterRef("pk"), offline_ms__isnull=False)
    first = Subquery(offline.order_by("offline_ms").values("offline_ms")[:1])
    Match.objects.filter(pk__in=match_ids).update(due_ms=first + delay_ms(type_))


def delay_ms(type_: MatchType) -> int:
    """How long a player may be offline."""
    return max(type_.disconnect_delay_ms, LEAST_DELAY_MS)


def due_matches(pool: MatchPool, now_ms: int) -> list[str]:
    """Open matches that somebody left, or that somebody may have to be removed from."""
    due = Match.objects.filter(is_running(now_ms), pool=pool, due_ms__lte=now_ms)
    Match.objects.filter(pool=pool, due_ms__lte=now_ms).exclude(is_running(now_ms)).update(due_ms=None)
    return list(due.order_by("id").values_list("pk", flat=True))


def remove_offline(match_ids: Sequence[str], type_: MatchType, now_ms: int) -> list[Updated]:
    """Take those out whose delay is over and who are not back; their match goes with the last of them.

    Under the pool's lock. Whoever is left is to be told.
    """
    if not match_ids:
        return []
    late = Participant.objects.filter(match__in=match_ids, offline_ms__lte=now_ms - delay_ms(type_))
    players = dict(late.values_list("pk", "player_id"))
    online = presence().online_from_thread(players.values())
    back = [pk for pk, player_id in players.items() if player_id in online]
    Participant.objects.filter(pk__in=back).update(offline_ms=None)
    removed = _removed([pk for pk in players if pk not in back])
    _reckon_due(match_ids, type_)
    return _told(removed)


def _removed(participant_ids: Collection[str]) -> dict[str, list[str]]:
    """Delete them; who they were, by match."""
    removed: dict[str, list[str]] = defaultdict(list)
    rows = Participant.objects.filter(pk__in=participant_ids)
    for match_id, player_id in rows.order_by("peer_id").values_list("match_id", "player_id"):
        removed[match_id].append(player_id)
    rows.delete()
    return removed


def _told(removed: Mapping[str, list[str]]) -> list[Updated]:
    left = load_matches(Match.objects.filter(pk__in=[*removed]).order_by("id"))
    empty = set(removed) - {one.id for one in left}
    Match.objects.filter(pk__in=empty).delete()
    return [Updated(one, removed=tuple(removed[one.id])) for one in left]


def leave(pool: MatchPool, player_ids: Collection[str], now_ms: int) -> list[Updated] | None:
    """The players go out of the open matches of the pool [undecided → what cancelling does after a match
    was found]. None: there was none. Under the pool's lock."""
    running = Match.objects.filter(is_running(now_ms), pool=pool)
    rows = Participant.objects.filter(match__in=running, player__in=player_ids)
    removed = _removed(list(rows.values_list("pk", flat=True)))
    if not removed:
        return None
    Match.objects.filter(pk__in=[*removed]).update(due_ms=now_ms)
    wake_after_commit()
    return _told(removed)


def close_all(pool: MatchPool) -> None:
    Match.objects.filter(pool=pool, is_open=True).update(is_open=False, due_ms=None)
