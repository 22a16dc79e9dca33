"""What each answer of ADM means: its `reason` decides (docs/push-providers.md, ADM)."""

from typing import TYPE_CHECKING

from push.transports.base import Prune, PushError
from push.transports.outcomes import QUOTA_WAIT, Meaning
from push.transports.retry_after import seconds_to_wait

if TYPE_CHECKING:
    from push.transports.posting import Reply

_PASSES = Meaning("ADM is unavailable.", permanent=False, account=True)
_QUOTA = Meaning("ADM's quota is used up.", permanent=False, account=True, first_wait=QUOTA_WAIT)
_TOO_LARGE = Meaning("The payload is over 6 KB. Shorten the message's texts or JSON.")
_WRONG_PAYLOAD = Meaning("ADM refused the payload. See the message's Kindle template.")
_NO_TOKEN = Meaning("Amazon does not accept the account's access token.", account=True)
MEANINGS = {
    "Unregistered": Meaning("The app was removed from the device.", prune=Prune.DEAD),
    "InvalidRegistrationId": Meaning("The token is no registration id.", prune=Prune.DEAD),
    "InvalidData": _WRONG_PAYLOAD,
    "InvalidConsolidationKey": _WRONG_PAYLOAD,
    "InvalidExpiration": _WRONG_PAYLOAD,
    "InvalidChecksum": _WRONG_PAYLOAD,
    "MessageTooLarge": _TOO_LARGE,
    "AccessTokenExpired": _NO_TOKEN,
    "MaxRateExceeded": _QUOTA,
}
_STATUSES = {
    401: _NO_TOKEN,
    403: Meaning("The client may not send by ADM. Check its security profile.", account=True),
    413: _TOO_LARGE,
    429: _QUOTA,
}


def error_of(reply: "Reply") -> PushError:
    """The error of an answer that is not a success."""
    reason = str(reply.document.get("reason") or "")[:60]
    meaning = MEANINGS.get(reason) or _STATUSES.get(reply.status) or _by_status(reply.status)
    return meaning.error(
        reason or f"HTTP{reply.status}", seconds_to_wait(reply.headers.get("Retry-After")), reason
    )


def _by_status(status: int) -> Meaning:
    return _PASSES if status >= 500 else Meaning("ADM refused the push.")
