"""Jobs of this package: `(name, seconds between starts, function run in a database thread)`.

Each deletes a small batch in its own transaction, so that nobody waits long for SQLite's one writer, and
returns True while more is left.
"""

from collections.abc import Callable

from django.db.models import Model

from players.durable import KEPT_MS
from players.models import AnalyticsEvent, AuthToken, DurableReply
from protocol.dates import now_ms

BATCH = 500
ANALYTICS_KEPT_MS = 30 * 24 * 3600 * 1000


def delete_dead_tokens() -> bool:
    return _delete(AuthToken, "expires_ms", now_ms())


def delete_old_replies() -> bool:
    return _delete(DurableReply, "created_ms", now_ms() - KEPT_MS)


def delete_old_analytics() -> bool:
    return _delete(AnalyticsEvent, "at_ms", now_ms() - ANALYTICS_KEPT_MS)


def _delete(model: type[Model], column: str, before: int) -> bool:
    rows = model._default_manager
    old = list(
        rows.filter(**{f"{column}__lte": before}).order_by(column).values_list("pk", flat=True)[:BATCH]
    )
    rows.filter(pk__in=old).delete()
    return len(old) == BATCH


JOBS: list[tuple[str, float, Callable[[], bool | None]]] = [
    ("players.delete_dead_tokens", 60, delete_dead_tokens),
    ("players.delete_old_replies", 300, delete_old_replies),
    ("players.delete_old_analytics", 300, delete_old_analytics),
]
