"""Spares a provider that is in trouble, or that refuses an account, the rest of the queue. Pure."""

from dataclasses import dataclass

from push.transports.base import PushError

FAILURES = 5  # in a row
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0  # seconds, doubling while the trouble lasts
REFUSED_FOR = 30.0


@dataclass(slots=True)
class Breaker:
    """One account's. Times are seconds of one monotonic clock, given by the caller.

    Trouble that passes opens it: nothing is claimed until `open_until`, then one push at a time tries.
    A refused account closes the way differently: its pushes are failed at once, unasked, with the answer
    that the provider gave, so that nobody waits for a report of a wrong key.
    """

    failures: int = 0
    open_until: float = 0.0
    pause: float = FIRST_PAUSE
    refusals: int = 0
    refused_until: float = 0.0
    refusal: PushError | None = None

    def is_open(self, now: float) -> bool:
        return now < self.open_until

    def room(self, limit: int) -> int:
        """How many may be in flight: one while it is not known whether the provider is back."""
        return limit if self.failures < FAILURES else 1

    def refused(self, now: float) -> PushError | None:
        return self.refusal if now < self.refused_until else None

    def succeeded(self) -> None:
        self.failures, self.pause, self.open_until = 0, FIRST_PAUSE, 0.0
        self.refusals, self.refused_until, self.refusal = 0, 0.0, None

    def failed(self, error: PushError, now: float) -> None:
        """Only troubles of the account count: a dead token says that the provider works."""
        if not error.account:
            self.failures, self.pause = 0, FIRST_PAUSE
        elif error.permanent:
            self._count_refusal(error, now)
        else:
            self._count_failure(error, now)

    def _count_refusal(self, error: PushError, now: float) -> None:
        self.refusals += 1
        if self.refusals >= FAILURES:
            self.refusal, self.refused_until = error, now + REFUSED_FOR

    def _count_failure(self, error: PushError, now: float) -> None:
        self.failures += 1
        if error.retry_after is not None:
            self.open_until = max(self.open_until, now + error.retry_after)
        elif self.failures >= FAILURES and not self.is_open(now):
            self.open_until = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
