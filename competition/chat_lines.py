"""How long chats become."""

from typing import TypeVar

from django.db.models import QuerySet

from competition.models import ChatLine

L = TypeVar("L", bound=ChatLine)

KEPT_MESSAGES = 1000  # of one chat (competition-rules.md §6.6 [undecided → the last 1000])
FORGOTTEN_AT_ONCE = 10


def forget_oldest(lines: "QuerySet[L]") -> None:
    """`lines` are one chat's, the latest first."""
    surplus = list(lines.values_list("pk", flat=True)[KEPT_MESSAGES : KEPT_MESSAGES + FORGOTTEN_AT_ONCE])
    if surplus:
        lines.model._default_manager.filter(pk__in=surplus).delete()
