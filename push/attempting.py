"""One attempt: send, time it, and see that its outcome is written."""

import asyncio
import logging
import time
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from protocol import tracing
from protocol.dates import now_ms
from push import metrics
from push.breaker import Breaker
from push.claims import LEASE_MS, Claimed
from push.results import Result
from push.settling import abandon, settle
from push.transports.base import PushError, Sent, Transport
from push.transports.failures import failure
from realtime import database
from realtime.batcher import Batcher

logger = logging.getLogger("flint.push")

SEND_TIMEOUT = 15.0  # seconds
LEASE = LEASE_MS / 1000
WRITE_PAUSE = 1.0

write: Batcher[Result, bool] = Batcher(settle)


@dataclass(slots=True)
class Attempt:
    """`claimed_at` is in time.monotonic's seconds, taken before the claim.

    Half the lease is for sending, the rest for writing the outcome: a late one finds its row taken over.
    """

    claimed: Claimed
    version: tuple[int, int]
    transport: Transport
    breaker: Breaker
    claimed_at: float
    in_trouble: bool = False

    async def run(self) -> None:
        left = self.claimed_at + LEASE / 2 - time.monotonic()
        if left <= 0:
            return  # this process was held up; the row is free again when its lease ends
        at_ms, began = now_ms(), time.monotonic()
        row = self.claimed.row
        with tracing.span(
            "push", tracing.CLIENT, provider=row.provider, message=row.player_message_id
        ) as sending:
            try:
                sent, error = await self._send(min(SEND_TIMEOUT, left)), None
            except PushError as raised:
                sent, error = None, raised
                sending.fail(raised.code)
        seconds = time.monotonic() - began
        metrics.attempted(row.provider, sent, error, seconds)
        took = int(seconds * 1000)
        result = Result(row, self.version, at_ms, took, sent, error, self.claimed.others, self.in_trouble)
        await self._write(result)

    async def _send(self, deadline: float) -> Sent:
        if self.claimed.notification is None:
            raise failure(self.claimed.row.provider, "bad_payload")
        if refusal := self.breaker.refused(time.monotonic()):
            raise refusal
        try:
            sent = await self.transport.send(self.claimed.notification, deadline)
        except PushError as error:
            self.in_trouble = self.breaker.failed(error, time.monotonic())
            raise
        except Exception as error:
            provider = self.claimed.row.provider
            logger.exception("The transport for %s failed", provider)
            raise failure(provider, "internal_error", why=type(error).__name__) from error
        self.breaker.succeeded()
        return sent

    async def _write(self, result: Result) -> None:
        while True:
            try:
                await write(result)
                return
            except (OperationalError, InterfaceError):
                if time.monotonic() + WRITE_PAUSE >= self.claimed_at + LEASE:
                    logger.exception("The outcome of a push could not be written; it will be sent again")
                    return
                await asyncio.sleep(WRITE_PAUSE)
            except Exception:
                # Left alone the row would be sent again at the end of each lease.
                logger.exception("The outcome of a push could not be written; it is given up")
                await database.run(abandon, result)
                return
