"""The process-wide clock of confirmations: one timer for every connection, instead of one each.

A tick pings the connections that wrote messages since their last ping; finds pings out for one second
(their messages are noted as written) and for ten (the connection is silent); and ends connections whose
buffer has not shrunk for a minute.
"""

import asyncio
import time
from typing import TYPE_CHECKING

from django.conf import settings

from realtime.inbox import inbox

if TYPE_CHECKING:
    from realtime.connection import Connection

TICK = 0.19  # a ping goes out within 200 ms; later, and fewer would cover more
WRITTEN_AFTER = 1.0
SILENT_AFTER = 10.0

_wanting: "dict[Connection, None]" = {}
_in_flight: "dict[Connection, None]" = {}  # ordered by when the ping went out
_noted: "set[Connection]" = set()
_behind: "dict[Connection, None]" = {}
_timer: asyncio.TimerHandle | None = None


def stalled_after() -> float:
    """Seconds without progress after which a reader is ended."""
    return float(settings.FLINT_STALLED_SECONDS)


def want_ping(connection: "Connection") -> None:
    _wanting[connection] = None
    _arm()


def watch_progress(connection: "Connection") -> None:
    if connection not in _behind:
        connection.progress = (connection.transport.buffered, time.monotonic())
        _behind[connection] = None
        _arm()


def answered(connection: "Connection") -> None:
    _in_flight.pop(connection, None)
    _noted.discard(connection)


def forget(connection: "Connection") -> None:
    _wanting.pop(connection, None)
    _behind.pop(connection, None)
    answered(connection)


def clear() -> None:
    """Forget every connection: the loop they lived on has ended."""
    global _timer
    for held in (_wanting, _in_flight, _noted, _behind):
        held.clear()
    if _timer is not None:
        _timer.cancel()
        _timer = None


def _arm() -> None:
    global _timer
    if _timer is None:
        _timer = asyncio.get_running_loop().call_later(TICK, _tick)


def _tick() -> None:
    global _timer
    _timer = None
    _ping_all()
    _check_pings(time.monotonic())
    _check_progress(time.monotonic())
    if _wanting or _in_flight or _behind:
        _arm()


def _ping_all() -> None:
    if not _wanting:
        return
    wanting = list(_wanting)
    _wanting.clear()
    for connection in wanting:
        if connection.unpinged and connection.ping_covers is None:
            _in_flight[connection] = None
            connection.ping()


def _check_pings(now: float) -> None:
    silent = []
    for connection in _in_flight:
        waited = now - connection.ping_sent
        if waited < WRITTEN_AFTER:
            break  # the rest went out later
        if connection not in _noted:
            _noted.add(connection)
            inbox().unanswered(connection.ping_covers or ())
        if waited >= SILENT_AFTER and not connection.silent:
            silent.append(connection)
    for connection in silent:
        connection.went_silent()


def _check_progress(now: float) -> None:
    for connection in list(_behind):
        buffered = connection.transport.buffered
        last, since = connection.progress or (buffered, now)
        if not buffered:
            del _behind[connection]
            connection.progress = None
            connection.writable()
        elif buffered < last:
            connection.progress = (buffered, now)
        elif now - since > stalled_after():
            del _behind[connection]
            connection.transport.abort()
        elif buffered > last:
            connection.progress = (buffered, since)
