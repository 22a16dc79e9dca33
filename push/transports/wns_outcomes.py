"""What each answer of WNS means: the HTTP status decides, and X-WNS-Status (docs/push-providers.md, WNS)."""

from typing import TYPE_CHECKING

from push.transports.base import Prune, PushError
from push.transports.outcomes import QUOTA_WAIT, Meaning
from push.transports.retry_after import seconds_to_wait

if TYPE_CHECKING:
    from push.transports.posting import Reply

_PASSES = Meaning("WNS is unavailable.", permanent=False, account=True)
_THROTTLED = Meaning("WNS throttles the account.", permanent=False, account=True, first_wait=QUOTA_WAIT)
MEANINGS = {
    "dropped": Meaning(
        "WNS dropped the push: the player switched notifications off, or the app is at fault."
    ),
    "channelthrottled": Meaning(
        "WNS dropped the push: too many went to this device.", permanent=False, first_wait=QUOTA_WAIT
    ),
    "HTTP400": Meaning("WNS refused the push's headers or payload."),
    "HTTP401": Meaning("Microsoft does not accept the account's access token.", account=True),
    "HTTP403": Meaning(
        "The channel belongs to another app. Check the account's client id if every device says so.",
        prune=Prune.DEAD_IF_PROVEN,
    ),
    "HTTP404": Meaning("The channel does not exist.", prune=Prune.DEAD),
    "HTTP406": _THROTTLED,
    "HTTP410": Meaning("The channel has expired.", prune=Prune.DEAD),
    "HTTP413": Meaning("The payload is over 5,000 bytes. Shorten the message's texts or JSON."),
    "HTTP429": _THROTTLED,
}


def error_of(reply: "Reply") -> PushError:
    """The error of an answer that is not a success; 200 is none where the push was not received."""
    said = reply.headers.get("X-WNS-Status", "").lower()
    code = said if reply.status == 200 else f"HTTP{reply.status}"
    meaning = MEANINGS.get(code) or _by_status(reply.status)
    words = reply.headers.get("X-WNS-Error-Description", "") or said
    return meaning.error(code, seconds_to_wait(reply.headers.get("Retry-After")), words)


def _by_status(status: int) -> Meaning:
    return _PASSES if status >= 500 else Meaning("WNS refused the push.")
