"""What went wrong by an answer of FCM v1: the error code in its details decides, not the HTTP status."""

from typing import Any

from push.providers import Provider
from push.transports.base import PushError
from push.transports.failures import failure
from push.transports.retry_after import seconds_to_wait


def error_of(status: int, answer: dict[str, Any], retry_after: str | None) -> PushError:
    """The error of an answer that is not a success. `retry_after` is the header as it came."""
    error = _error(answer)
    code = error_code(answer)
    return failure(
        Provider.FCM,
        (code or str(error.get("status") or f"HTTP{status}"))[:60],
        status=status,
        at="token" if code == "INVALID_ARGUMENT" and _names_token(error) else "",
        words=str(error.get("message") or ""),
        retry_after=seconds_to_wait(retry_after),
    )


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
