"""What each answer of a Web Push service means: the HTTP status decides (docs/push-providers.md)."""

from push.transports.base import Prune, PushError
from push.transports.outcomes import QUOTA_WAIT, Meaning
from push.transports.posting import Reply
from push.transports.retry_after import seconds_to_wait

_PASSES = Meaning("The push service is unavailable.", permanent=False, account=True)
MEANINGS = {
    "HTTP400": Meaning("The push service refused the push's headers."),
    "HTTP401": Meaning("The push service does not accept the account's VAPID key.", account=True),
    "HTTP403": Meaning(
        "The browser subscribed with another VAPID key. Check the account's key if every device says so.",
        prune=Prune.DEAD_IF_PROVEN,
    ),
    "HTTP404": Meaning("The subscription does not exist.", prune=Prune.DEAD),
    "HTTP410": Meaning("The browser unsubscribed.", prune=Prune.DEAD),
    "HTTP413": Meaning("The payload is over 3,993 bytes. Shorten the message's texts or JSON."),
    "HTTP429": Meaning("The push service saw too many pushes.", permanent=False, first_wait=QUOTA_WAIT),
}


def error_of(reply: Reply) -> PushError:
    """The error of an answer that is not a success."""
    code = f"HTTP{reply.status}"
    meaning = MEANINGS.get(code) or _by_status(reply.status)
    return meaning.error(code, seconds_to_wait(reply.headers.get("Retry-After")), reply.text.strip())


def _by_status(status: int) -> Meaning:
    if status >= 500:
        return _PASSES
    if status < 400:
        return Meaning("The push service sends elsewhere, where pushes do not go.")
    return Meaning("The push service refused the push.")
