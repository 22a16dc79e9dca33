"""Forgets matches that were found long ago, and pools in which nobody waits."""

from django.db import transaction

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
    return BATCH in (len(ids), _forget_pools(now))


@transaction.atomic
def _forget_pools(now: int) -> int:
    """How many were looked at. Nobody is meanwhile let into those that are held here, and those into which
    somebody comes right now are passed over."""
    empty = MatchPool.objects.filter(
        created_ms__lte=now - POOLS_KEPT_MS, pending__isnull=True, matches__isnull=True
    )
    held = empty.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    pools = list(held.values_list("pk", flat=True)[:BATCH])
    empty.filter(pk__in=pools).delete()
    return len(pools)
