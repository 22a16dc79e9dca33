"""Middleware: how many requests a second one connection may send (wire-protocol.md §10, "rate limit").

A token bucket on the session. REST calls have no connection: those of one credential share a bucket.
"""

import time
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from protocol import metrics
from protocol.errors import RequestError
from protocol.request import Next, Request, Response
from protocol.session import Rights


class HasBucket(Protocol):
    bucket_tokens: float
    bucket_at: float


@dataclass(slots=True)
class Bucket:
    bucket_tokens: float = 0.0
    bucket_at: float = 0.0


def take(bucket: HasBucket, rate: float, burst: float, now: float) -> bool:
    """Take one token, refilled at `rate` a second up to `burst`; False when there is none. Starts full."""
    tokens = burst
    if bucket.bucket_at:
        tokens = min(burst, bucket.bucket_tokens + (now - bucket.bucket_at) * rate)
    bucket.bucket_at = now
    allowed = tokens >= 1
    bucket.bucket_tokens = tokens - 1 if allowed else tokens
    return allowed


def frame_rate(rights: Rights) -> tuple[float, float]:
    """Frames a second and at once that a socket is read at: what is over its limit is still answered.

    Pings, pongs and fragments are frames too, so it is never few.
    """
    rate, burst = settings.FLINT_LIMIT_REQUESTS_PER_SECOND, settings.FLINT_LIMIT_REQUESTS_BURST
    if not rights.player:
        rate = settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND
        burst = max(burst, rate)
    return max(2 * rate, 100), max(2 * burst, 500)


def throttle(next: Next) -> Next:
    """`{"request": "THROTTLED"}` for a session that sends too fast; server-type credentials may send more."""
    rate = settings.FLINT_LIMIT_REQUESTS_PER_SECOND
    burst = settings.FLINT_LIMIT_REQUESTS_BURST
    server_rate = settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND
    server_burst = max(burst, server_rate)
    shared: dict[tuple[int, str], Bucket] = {}

    async def throttled(request: Request) -> Response:
        session = request.session
        bucket: HasBucket = session
        if session.transport == "rest":
            bucket = shared.setdefault((session.stage_id, session.rights.short_code), Bucket())
        limits = (rate, burst) if session.rights.player else (server_rate, server_burst)
        if not take(bucket, *limits, time.monotonic()):
            metrics.throttled.inc("requests")
            raise RequestError({"request": "THROTTLED"})
        return await next(request)

    return throttled
