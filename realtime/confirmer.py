"""The process-wide clock of confirmations: one timer for every connection, instead of one each.

A tick pings the connections that wrote messages since their last ping; finds pings out for one second
(their messages are noted as written) and for ten (the connection is silent); and ends connections whose
buffer has not shrunk for a minute.
"""

import asyncio
import time
from typing import TYPE_CHECKING

from django.conf import settings

from protocol.log_context import nobody
from realtime.inbox import inbox

if TYPE_CHECKING:
    from realtime.connection import Connection

TICK = 0.02
PING_AFTER = 0.17  # so that a ping goes out within 200 ms; later ones are fewer and cover more
PINGS_A_TICK = 300  # a fan-out's pings must not hold up the loop,
MANY_A_TICK = 200  # nor come between its messages: while so many connections are written to in a tick
WHILE_MANY = 0.1  # and shortly after,
PING_LATEST = 0.5  # pings wait for longer
WRITTEN_AFTER = 1.0
SILENT_AFTER = 10.0

_wanting: "dict[Connection, float]" = {}  # since when, the oldest first
_in_flight: "dict[Connection, None]" = {}  # ordered by when the ping went out
_noted: "set[Connection]" = set()
_behind: "dict[Connection, None]" = {}
_timer: asyncio.TimerHandle | None = None
_wanted = 0  # how many began to want a ping since the last tick
_many_at = -WHILE_MANY  # when that were many last


def stalled_after() -> float:
    """Seconds without progress after which a reader is ended."""
    return float(settings.FLINT_STALLED_SECONDS)


def want_ping(connection: "Connection") -> None:
    global _wanted
    if connection not in _wanting:
        _wanting[connection] = time.monotonic()
        _wanted += 1
    _arm()


def watch_progress(connection: "Connection") -> None:
    if connection not in _behind:
        connection.progress = (connection.transport.buffered, time.monotonic())
        connection.transport.watched = True
        _behind[connection] = None
        _arm()


def _keeps_up_again(connection: "Connection") -> None:
    if connection in _behind:
        del _behind[connection]
        connection.transport.watched = False
        connection.progress = None


def answered(connection: "Connection") -> None:
    _in_flight.pop(connection, None)
    _noted.discard(connection)


def forget(connection: "Connection") -> None:
    _wanting.pop(connection, None)
    _keeps_up_again(connection)
    answered(connection)


def clear() -> None:
    """Forget every connection: the loop they lived on has ended."""
    global _timer
    for held in (_wanting, _in_flight, _noted, _behind):
        held.clear()
    if _timer is not None:
        _timer.cancel()
        _timer = None


def _arm(delay: float = TICK) -> None:
    global _timer
    if _timer is None:
        _timer = asyncio.get_running_loop().call_later(delay, _tick, context=nobody())


def _tick() -> None:
    global _timer
    _timer = None
    now = time.monotonic()
    more_are_due = _ping_due(now, _patience(now))
    _check_pings(now)
    _check_progress(now)
    if more_are_due:
        _arm(0.001)
    elif _wanting or _in_flight or _behind:
        _arm()


def _patience(now: float) -> float:
    """How long a connection waits for its ping at present."""
    global _wanted, _many_at
    if _wanted >= MANY_A_TICK:
        _many_at = now
    _wanted = 0
    return PING_LATEST if now - _many_at < WHILE_MANY else PING_AFTER


def _ping_due(now: float, patience: float) -> bool:
    """Whether some that are due had to wait for the next tick."""
    due: list[Connection] = []
    for connection, since in _wanting.items():
        if now - since < patience or len(due) > PINGS_A_TICK:
            break
        due.append(connection)
    more_are_due = len(due) > PINGS_A_TICK
    for connection in due:
        del _wanting[connection]
        if connection.unpinged and connection.ping_covers is None:
            _in_flight[connection] = None
            connection.ping()
    return more_are_due


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
            _keeps_up_again(connection)
            connection.writable()
        elif buffered < last:
            connection.progress = (buffered, now)
        elif now - since > stalled_after():
            _keeps_up_again(connection)
            connection.transport.abort()
        elif buffered > last:
            connection.progress = (buffered, since)
