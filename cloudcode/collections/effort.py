"""How long one call of a script's may be worked on in a database thread, and how much of it is in memory.

It is for statements, and for what is done with documents that are here: an update, an aggregation's later
stages. A script has chosen both the documents and what is done with them.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from typing import Any

from cloudcode.sandbox.running import Refused
from realtime.sql import by_vendor

# Of one call. On SQLite nothing else can use the database meanwhile; PostgreSQL ends its statements itself.
SECONDS: float = by_vendor(sqlite=1.5, postgresql=3.5)
SLICE = 0.25  # after so long, changes of many documents are committed as far as they are made
MOST_BYTES = 16 * 1024 * 1024  # of the documents that are here at a time, roughly
MOST_CHANGED = 4 * 1024 * 1024  # of those that are changed together
MOST_MADE = 4 * MOST_BYTES  # of all texts that one call puts together
TOO_LONG = "the query took too long: ensureIndex makes it quick"
TOO_MUCH = f"more than {MOST_BYTES // 1024 // 1024} MB of documents at once"


class _Thread(threading.local):
    until = inf
    made = 0


_thread = _Thread()


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """What the thread does in here ends in time; within another one it ends with that."""
    before = _thread.until, _thread.made
    _thread.until = min(_thread.until, time.monotonic() + seconds)
    try:
        yield
    finally:
        _thread.until, _thread.made = before


def left() -> float:
    """Seconds, 0 at least."""
    return max(0.0, _thread.until - time.monotonic())


def look() -> None:
    """Raises Refused when the time is over. For each step of whatever a script can make long."""
    if time.monotonic() > _thread.until:
        raise Refused(TOO_LONG)


def made(count: int) -> None:
    """Counts a text's bytes. Raises Refused."""
    _thread.made += count
    if _thread.made > MOST_MADE:
        raise Refused(TOO_MUCH)


def fitting(sizes: Iterable[int], most: int) -> int:
    """How many documents of these sizes may be here at a time: one at least."""
    size = count = 0
    for each in sizes:
        size += each
        if size > most and count:
            break
        count += 1
    return count


class Room:
    """For values that a call makes. One that stands in several places counts in each: it is written there."""

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def take(self, count: int) -> None:
        """Raises Refused."""
        self._left -= count
        if self._left < 0:
            raise Refused(TOO_MUCH)

    def hold(self, value: Any) -> None:
        """As many bytes as its JSON has, or a few more. Raises Refused, once that is clear."""
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if isinstance(each, str):
                self.take(len(each) + 3)
            elif isinstance(each, Mapping):
                self.take(sum(map(len, each)) + 4 * len(each) + 3)
                waiting += each.values()
            elif isinstance(each, list):
                self.take(len(each) + 3)
                waiting += each
            else:
                self.take(8)
