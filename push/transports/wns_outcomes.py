"""What went wrong by an answer of WNS: the HTTP status decides, and X-WNS-Status (docs/push-providers.md)."""

from typing import TYPE_CHECKING

from push.providers import Provider
from push.transports.base import PushError
from push.transports.failures import failure
from push.transports.retry_after import seconds_to_wait

if TYPE_CHECKING:
    from push.transports.posting import Reply


def error_of(reply: "Reply") -> PushError:
    """The error of an answer that is not a success; 200 is none where the push was not received."""
    said = reply.headers.get("X-WNS-Status", "").lower()
    words = reply.headers.get("X-WNS-Error-Description", "") or said
    wait = seconds_to_wait(reply.headers.get("Retry-After"))
    code = said if said and reply.status == 200 else f"HTTP{reply.status}"
    return failure(Provider.WNS, code, status=reply.status, words=words, retry_after=wait)
