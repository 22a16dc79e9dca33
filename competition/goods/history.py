"""What changed of what a player owns."""

from django.db.models import QuerySet

from competition.models import Transaction


def transactions(
    player_id: str, from_ms: int | None = None, to_ms: int | None = None, kind: str | None = None
) -> "QuerySet[Transaction]":
    """The latest first, with their items. Both ends belong to it, the end's whole minute too: dates of the
    wire know no seconds. `kind`: only those with an item of the type, such as `currency1` or a short code."""
    found = Transaction.objects.filter(player=player_id)
    if from_ms is not None:
        found = found.filter(created_ms__gte=from_ms)
    if to_ms is not None:
        found = found.filter(created_ms__lt=to_ms + 60_000)
    if kind:
        found = found.filter(items__kind=kind).distinct()
    return found.prefetch_related("items").order_by("-created_ms", "-id")
