"""Middleware: how many requests a second may be sent (wire-protocol.md §10, "rate limit").

What a connection used is on its session. Everything else is shared by all processes (protocol.limiter); REST
calls have no connection: those of one credential share a limit.
"""

import time

from django.conf import settings

from protocol import metrics
from protocol.client_address import limited_as
from protocol.errors import RequestError
from protocol.limiter import Limiter, Rate
from protocol.request import Next, Request, Response
from protocol.session import Rights, Session


def frame_rate(rights: Rights) -> tuple[float, float]:
    """Frames a second and at once that a socket is read at: what is over its limit is still answered.

    Pings, pongs and fragments are frames too, so it is never few.
    """
    rate, burst = settings.FLINT_LIMIT_REQUESTS_PER_SECOND, settings.FLINT_LIMIT_REQUESTS_BURST
    if not rights.player:
        rate = settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND
        burst = max(burst, rate)
    return max(2 * rate, 100), max(2 * burst, 500)


def _take(session: Session, rate: Rate) -> bool:
    until = rate.used(session.rate_used_until, time.monotonic())
    if until is None:
        metrics.throttled.inc("requests")
        return False
    session.rate_used_until = until
    return True


def throttle(next: Next) -> Next:
    """`{"request": "THROTTLED"}` for a session that sends too fast; server-type credentials may send more.

    A connection is limited by itself, a player over all sockets, and an address over all of its players.
    """
    usual = Rate(settings.FLINT_LIMIT_REQUESTS_PER_SECOND, settings.FLINT_LIMIT_REQUESTS_BURST)
    rate = settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND
    of_server = Rate(rate, max(usual.burst, rate))
    of_address = Rate(
        settings.FLINT_LIMIT_ADDRESS_REQUESTS_PER_SECOND, settings.FLINT_LIMIT_ADDRESS_REQUESTS_BURST
    )
    players, addresses, credentials = (
        Limiter(kind) for kind in ("player_requests", "address_requests", "credential_requests")
    )

    def allowed(session: Session) -> bool:
        limit = usual if session.rights.player else of_server
        if session.transport == "rest":
            if not credentials.take(f"{session.stage_id}:{session.rights.short_code}", limit):
                return False
        elif not _take(session, limit):
            return False
        if not session.rights.player:
            return True
        if not addresses.take(limited_as(session.address), of_address):
            return False
        return session.player_id is None or players.take(session.player_id, usual)

    async def throttled(request: Request) -> Response:
        if not allowed(request.session):
            raise RequestError({"request": "THROTTLED"})
        return await next(request)

    return throttled
