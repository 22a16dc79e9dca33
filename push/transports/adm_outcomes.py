"""What went wrong by an answer of ADM: its `reason` decides (docs/push-providers.md, ADM)."""

from typing import TYPE_CHECKING

from push.providers import Provider
from push.transports.base import PushError
from push.transports.failures import failure
from push.transports.retry_after import seconds_to_wait

if TYPE_CHECKING:
    from push.transports.posting import Reply


def error_of(reply: "Reply") -> PushError:
    """The error of an answer that is not a success."""
    reason = str(reply.document.get("reason") or "")[:60]
    wait = seconds_to_wait(reply.headers.get("Retry-After"))
    code = reason or f"HTTP{reply.status}"
    return failure(Provider.ADM, code, status=reply.status, words=reason, retry_after=wait)
