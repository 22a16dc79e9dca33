"""What is counted of pushes."""

from collections.abc import Iterable

from protocol.instruments import OTHER, Counter, Gauge, Histogram
from push.codes import SANDBOX, SENT
from push.explaining import is_known
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

withheld = Counter(
    "flint_push_withheld_total",
    "Pushes that were ended before an attempt, by provider and reason.",
    ["provider", "code"],
)


def attempted(provider: str, sent: Sent | None, error: PushError | None, seconds: float) -> None:
    """A code that nobody knows is what a provider wrote, and counts as `other`."""
    code = error.code if error else SANDBOX if sent and sent.recorded else SENT
    attempts.inc(provider, code if is_known(provider, code) else OTHER)
    durations.observe(seconds, provider)


def ended_unsent(provider: str, reasons: Iterable[str]) -> None:
    """`push_failed:gave_up` counts by its code."""
    for reason in reasons:
        withheld.inc(provider, reason.rpartition(":")[2])
