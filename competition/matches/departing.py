"""Players who are banned or deleted wait for no match any more, and play none that is open."""

from collections.abc import Collection

from competition.matches import open_matches
from competition.matches.announcing import announce
from competition.matches.moment import now_ms
from competition.matches.pools import lock, wake_after_commit
from competition.models import Match, MatchPool, PendingMatch, WaitingPlayer
from players.departures import DEPARTURE
from protocol.run import Run


def depart(run: Run, player_ids: Collection[str]) -> None:
    """Those who play with them are told, and the next pass tells those who wait with them. It locks the pools
    by their ids: a pass that is under way ends first."""
    now = now_ms()
    waiting = WaitingPlayer.objects.filter(player__in=player_ids)
    running = Match.objects.filter(open_matches.is_running(now), participants__player__in=player_ids)
    pool_ids = {*waiting.values_list("pool_id", flat=True), *running.values_list("pool_id", flat=True)}
    for pool in [lock(pool_id) for pool_id in sorted(pool_ids)]:
        if pool is not None:
            _leave(pool, player_ids, now, run)
    if pool_ids:
        wake_after_commit()


def _leave(pool: MatchPool, player_ids: Collection[str], now: int, run: Run) -> None:
    waiting = WaitingPlayer.objects.filter(pool=pool, player__in=player_ids).values("pending")
    PendingMatch.objects.filter(pk__in=waiting, due_ms__gt=now).update(due_ms=now)
    announce(pool, open_matches.leave(pool, player_ids, now) or [], run, DEPARTURE)
