"""Jobs of this package: `(name, seconds between starts, function run in a database thread)`."""

from collections.abc import Callable

from players.durable import KEPT_MS
from players.models import AnalyticsEvent, AuthToken, DurableReply
from protocol.dates import now_ms
from realtime.old_rows import delete_old

BATCH = 500
ANALYTICS_KEPT_MS = 30 * 24 * 3600 * 1000


def delete_dead_tokens() -> bool:
    return delete_old(AuthToken, "expires_ms", now_ms(), BATCH)


def delete_old_replies() -> bool:
    return delete_old(DurableReply, "created_ms", now_ms() - KEPT_MS, BATCH)


def delete_old_analytics() -> bool:
    return delete_old(AnalyticsEvent, "at_ms", now_ms() - ANALYTICS_KEPT_MS, BATCH)


JOBS: list[tuple[str, float, Callable[[], bool | None]]] = [
    ("players.delete_dead_tokens", 60, delete_dead_tokens),
    ("players.delete_old_replies", 300, delete_old_replies),
    ("players.delete_old_analytics", 300, delete_old_analytics),
]
