"""What each answer of FCM v1 means: the error code in its details decides, not the HTTP status."""

from typing import Any

from push.transports.base import Prune, PushError
from push.transports.outcomes import QUOTA_WAIT, Meaning
from push.transports.retry_after import seconds_to_wait

_PASSES = Meaning("FCM is unavailable.", permanent=False, account=True)
_QUOTA = Meaning("FCM's quota is used up.", permanent=False, account=True, first_wait=QUOTA_WAIT)
MEANINGS = {
    "UNREGISTERED": Meaning("The app was removed from the device, or the token is old.", prune=Prune.DEAD),
    "SENDER_ID_MISMATCH": Meaning(
        "The token belongs to another Firebase project. Check the service account if every device says so.",
        prune=Prune.DEAD_IF_PROVEN,
    ),
    "INVALID_ARGUMENT": Meaning("FCM refused the payload. See the message's FCM template."),
    "THIRD_PARTY_AUTH_ERROR": Meaning(
        "Firebase has no valid APNs or web push credentials for this app.", account=True
    ),
    "QUOTA_EXCEEDED": _QUOTA,
    "UNAVAILABLE": _PASSES,
    "INTERNAL": _PASSES,
}
_STATUSES = {
    401: Meaning("Google does not accept the service account's access token.", account=True),
    403: Meaning(
        "The service account may not send for this project, or the FCM API is switched off.", account=True
    ),
    404: Meaning("FCM does not know the service account's project.", account=True),
    408: _PASSES,
    429: _QUOTA,
}


def error_of(status: int, answer: dict[str, Any], retry_after: str | None) -> PushError:
    """The error of an answer that is not a success. `retry_after` is the header as it came."""
    error = _error(answer)
    code = error_code(answer)
    meaning = MEANINGS.get(code) or _STATUSES.get(status) or _by_status(status)
    if code == "INVALID_ARGUMENT" and _names_token(error):
        meaning = Meaning("The token is not a registration token.", prune=Prune.DEAD)
    code = (code or str(error.get("status") or f"HTTP{status}"))[:60]
    return meaning.error(code, seconds_to_wait(retry_after), str(error.get("message") or ""))


def _by_status(status: int) -> Meaning:
    return _PASSES if status >= 500 else Meaning("FCM refused the push.")


def _details(error: dict[str, Any]) -> list[dict[str, Any]]:
    details = error.get("details")
    return [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []


def _error(answer: dict[str, Any]) -> dict[str, Any]:
    error = answer.get("error")
    return error if isinstance(error, dict) else {}


def error_code(answer: dict[str, Any]) -> str:
    """FCM's own code of an error; "" when the answer has none, as when it comes from Google's front."""
    error = _error(answer)
    for detail in _details(error):
        if isinstance(detail.get("errorCode"), str):
            return str(detail["errorCode"])
    # A malformed request is answered by the API's front, without a detail of FCM's own.
    return "INVALID_ARGUMENT" if error.get("status") == "INVALID_ARGUMENT" else ""


def _names_token(error: dict[str, Any]) -> bool:
    for detail in _details(error):
        violations = detail.get("fieldViolations")
        for violation in violations if isinstance(violations, list) else []:
            if isinstance(violation, dict) and violation.get("field") == "message.token":
                return True
    return "registration token" in str(error.get("message", ""))
