"""What went wrong by an answer of a Web Push service: the HTTP status decides (docs/push-providers.md)."""

from push.providers import Provider
from push.transports.base import PushError
from push.transports.failures import failure
from push.transports.posting import Reply
from push.transports.retry_after import seconds_to_wait


def error_of(reply: Reply) -> PushError:
    """The error of an answer that is not a success."""
    code = f"HTTP{reply.status}"
    wait = seconds_to_wait(reply.headers.get("Retry-After"))
    return failure(Provider.WEB, code, status=reply.status, words=reply.text.strip(), retry_after=wait)
