"""What went wrong by an answer of APNs: its `reason` decides (docs/push-providers.md, APNs)."""

from typing import TYPE_CHECKING

from push.providers import Provider
from push.transports.base import PushError
from push.transports.failures import failure

if TYPE_CHECKING:
    from aioapns.common import NotificationResult


def error_of(result: "NotificationResult") -> PushError:
    """The error of an answer that is not a success."""
    status = int(result.status) if result.status[:1] in ("3", "4", "5") else 500
    reason = result.description or f"HTTP{result.status}"
    error = failure(Provider.APNS, reason[:60], status=status, words=reason)
    error.gone_ms = result.timestamp
    return error
