"""Spares a provider that is in trouble, or that refuses an account, the rest of the queue. Pure."""

from dataclasses import dataclass

from push.transports.base import PushError

FAILURES = 5  # in a row
PAUSE = 5.0  # seconds between the pushes that try whether a provider is back
REFUSED_FOR = 30.0


@dataclass(slots=True)
class Breaker:
    """One account's. Times are seconds of one monotonic clock, given by the caller.

    Trouble that passes opens it: nothing is claimed until `open_until`, then one push tries, and another
    after each pause, whether or not those before it were answered: a black hole tells nothing.
    A refused account closes the way differently: its pushes are failed at once, unasked, with the answer
    that the provider gave, so that nobody waits for a report of a wrong key.
    """

    failures: int = 0
    open_until: float = 0.0
    refusals: int = 0
    refused_until: float = 0.0
    refusal: PushError | None = None

    def is_open(self, now: float) -> bool:
        return now < self.open_until

    @property
    def in_trouble(self) -> bool:
        """Open, or not known to be over."""
        return self.failures >= FAILURES

    def room(self, free: int) -> int:
        """How many may be sent: one while it is not known whether the provider is back."""
        return min(free, 1) if self.in_trouble else free

    def tried(self, now: float) -> None:
        """A push is on its way to see whether the provider is back."""
        self.open_until = max(self.open_until, now + PAUSE)

    def refused(self, now: float) -> PushError | None:
        return self.refusal if now < self.refused_until else None

    def succeeded(self) -> None:
        self.failures, self.open_until = 0, 0.0
        self.refusals, self.refused_until, self.refusal = 0, 0.0, None

    def failed(self, error: PushError, now: float) -> bool:
        """Whether it has opened, or is open still. Only troubles of the account count: a dead token says that
        the provider works."""
        if not error.account:
            self.failures = 0
            return False
        if error.permanent:
            self._count_refusal(error, now)
            return self.refusal is not None
        self._count_failure(error, now)
        return self.in_trouble

    def _count_refusal(self, error: PushError, now: float) -> None:
        self.refusals += 1
        if self.refusals >= FAILURES:
            self.refusal, self.refused_until = error, now + REFUSED_FOR

    def _count_failure(self, error: PushError, now: float) -> None:
        self.failures += 1
        if error.retry_after is not None:
            self.open_until = max(self.open_until, now + error.retry_after)
        elif self.failures == FAILURES:
            self.tried(now)
