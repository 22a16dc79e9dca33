"""How one attempt ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from push.models import OutboxPush
from push.transports.base import PushError, Sent


@dataclass(frozen=True, slots=True)
class Result:
    """One attempt's end: `sent` or `error`. `at_ms` is when it began; `others` left in the row's push.

    `version` is (account id, credentials_changed_ms) of what it was made under, (0, 0) without an account.
    `in_trouble`: it failed, and the account's breaker is open in this process.
    """

    row: OutboxPush
    version: tuple[int, int]
    at_ms: int
    duration_ms: int = 0
    sent: Sent | None = None
    error: PushError | None = None
    others: Sequence[OutboxPush] = ()
    in_trouble: bool = False
