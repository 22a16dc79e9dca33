"""Time-ordered ids: 24 lower-case hex characters, in creation order within a process.

The first twelve are milliseconds since 1970. The last twelve are drawn at random when a millisecond begins
and count up within it, so that ids of one burst sort as they were made. A clock that steps back keeps the
last millisecond.
"""

import os
import secrets
import threading

from protocol.dates import now_ms

_LOW_BITS = 48


class IdSource:
    """One sequence of ids. Thread-safe; a process needs only one (`new_id`)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self, ms: int) -> str:
        """The id after the last one, at `ms` or at the last id's millisecond if that is later."""
        return self.several(ms, 1)[0]

    def several(self, ms: int, count: int) -> list[str]:
        """As many in a row."""
        with self._lock:
            if ms > self._last >> _LOW_BITS:
                first = ms << _LOW_BITS | secrets.randbits(_LOW_BITS)
            else:
                first = self._last + 1
            self._last = first + count - 1
        return [f"{number:024x}" for number in range(first, first + count)]

    def restart(self) -> None:
        """Forget the last id, which a clock that was ahead made: the next ones are of the present again."""
        with self._lock:
            self._last = 0

    def reseed(self) -> None:
        """Leave the inherited sequence: a forked child must not count on from its parent's last id."""
        self._lock = threading.Lock()
        self._last = (self._last >> _LOW_BITS) + 1 << _LOW_BITS | secrets.randbits(_LOW_BITS)


_source = IdSource()
os.register_at_fork(after_in_child=_source.reseed)


def new_id() -> str:
    return _source.next(now_ms())


def new_ids(count: int) -> list[str]:
    """As `count` calls of `new_id`, at a quarter of their cost."""
    return _source.several(now_ms(), count)


def restart() -> None:
    """Once this machine's clock was found ahead: else ids would stay there until the time has come."""
    _source.restart()


def id_ms(id: str) -> int:
    """The millisecond an id was made in. ValueError for what is not 24 hex characters."""
    if len(id) != 24:
        raise ValueError(f"not an id: {id!r}")
    return int(id, 16) >> _LOW_BITS


def first_id(ms: int) -> str:
    """What no id made in that millisecond or later sorts before."""
    return f"{ms << _LOW_BITS:024x}"
