"""Fails every push with one error, where a stage's settings allow no other answer."""

from collections.abc import Sequence

from push.transports.base import Notification, PushError, Sent, Step
from push.transports.steps import failed


class RefusingTransport:
    limit = 100

    def __init__(self, error: PushError) -> None:
        self._error = error

    async def send(self, notification: Notification, deadline: float) -> Sent:
        error = self._error
        raise PushError(
            error.code,
            error.detail,
            permanent=error.permanent,
            account=error.account,
            remedy=error.remedy,
        )

    async def verify(self) -> Sequence[Step]:
        return [failed("account", self._error)]

    async def close(self) -> None:
        return None
