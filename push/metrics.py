"""What is counted of pushes."""

import re

from protocol.instruments import OTHER, Counter, Gauge, Histogram
from push.transports import adm_outcomes, apns_outcomes, fcm_outcomes, wns_outcomes
from push.transports.base import PushError, Sent

attempts = Counter(
    "flint_push_attempts_total",
    "Attempts to push, by provider and code: `sent`, `sandbox`, or why not.",
    ["provider", "code"],
)
durations = Histogram(
    "flint_push_attempt_duration_seconds", "Time until a provider answered, by provider.", ["provider"]
)
overdue = Gauge(
    "flint_oldest_due_push_age_seconds",
    "How long the push that is most overdue has waited to be claimed; 0 when none is.",
    across="max",
)

_TABLES = (apns_outcomes, fcm_outcomes, adm_outcomes, wns_outcomes)
_KNOWN = {code for table in _TABLES for code in table.MEANINGS} | {"InvalidSubscription", "InvalidChannel"}
_PLAIN = re.compile(r"HTTP\d{3}|[a-z]+(_[a-z]+){0,2}")  # Flint's own codes


def attempted(provider: str, sent: Sent | None, error: PushError | None, seconds: float) -> None:
    """A code that nobody knows is what a provider wrote, and counts as `other`."""
    code = error.code if error else "sandbox" if sent and sent.recorded else "sent"
    attempts.inc(provider, code if code in _KNOWN or _PLAIN.fullmatch(code) else OTHER)
    durations.observe(seconds, provider)
