"""Forgets matches that were found long ago, and pools in which nobody waits."""

from competition.models import Match, MatchPool, Participant
from protocol.dates import now_ms

MATCHES_KEPT_MS = 30 * 24 * 3600 * 1000
POOLS_KEPT_MS = 24 * 3600 * 1000
BATCH = 200


def forget_old() -> bool:
    """One batch of each. True while more may be left. Matches that are open for ever stay while somebody is
    in them."""
    now = now_ms()
    old = Match.objects.filter(found_ms__lte=now - MATCHES_KEPT_MS)
    forgotten = old.exclude(is_open=True, closes_ms=0) | old.filter(participants__isnull=True)
    ids = list(forgotten.order_by("found_ms").values_list("pk", flat=True)[:BATCH])
    Participant.objects.filter(match__in=ids).delete()
    Match.objects.filter(pk__in=ids).delete()
    empty = MatchPool.objects.filter(
        created_ms__lte=now - POOLS_KEPT_MS, pending__isnull=True, matches__isnull=True
    )
    pools = list(empty.order_by("pk").values_list("pk", flat=True)[:BATCH])
    MatchPool.objects.filter(pk__in=pools, pending__isnull=True, matches__isnull=True).delete()
    return BATCH in (len(ids), len(pools))
