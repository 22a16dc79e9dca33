"""Rate limits by key: decided here at once, and told to the other processes in the background.

GCRA: what is kept of a key is one moment, `due`, until which it has used its rate; it may lie a burst ahead.
What a key used is told in chunks of a tenth of its burst, and the answer is what all processes together
counted. So each further process may admit a chunk too many, and what comes while the answer is on its way;
over time all of them together admit the rate. Without an answer each process decides alone.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from protocol.metrics import throttled

REMEMBERED = 100_000  # keys of one limiter; the longest unused ones are forgotten first


class Rate(NamedTuple):
    """So many uses a second, and so many at once."""

    per_second: float
    burst: float

    def used(self, due: float, now: float) -> float | None:
        """What `due` becomes by one more use; None when there is no room for it. Starts from 0.0."""
        due = max(due, now)
        if (due - now) * self.per_second > self.burst - 0.99:  # the hundredth is what floats may lose
            return None
        return due + 1 / self.per_second

    @property
    def chunk(self) -> int:
        return max(1, int(self.burst // 10))


class Used:
    __slots__ = ("due", "untold")

    def __init__(self) -> None:
        self.due = 0.0
        self.untold = 0


class Limiter:
    """Counts one kind of use, a kind of protocol.metrics.throttled, by key. Any thread may ask.

    The key "" is never limited: this machine's own clients.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self.name = name
        self._clock = clock
        self._used: OrderedDict[str, Used] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, rate: Rate) -> bool:
        """Count one use if there is room for it."""
        if not key:
            return True
        told = 0
        with self._lock:
            used = self._find(key)
            due = rate.used(used.due, self._clock())
            if due is None:
                throttled.inc(self.name)
                return False
            used.due = due
            used.untold += 1
            if used.untold >= rate.chunk:
                told, used.untold = used.untold, 0
        if told and _tell is not None:
            _tell(self, key, told, rate)
        return True

    def has_room(self, key: str, rate: Rate) -> bool:
        """Whether `take` would succeed now."""
        with self._lock:
            used = self._used.get(key)
            room = used is None or rate.used(used.due, self._clock()) is not None
        if not room:
            throttled.inc(self.name)
        return room

    def learn(self, key: str, ahead: float) -> None:
        """All processes together have used the key's rate until so many seconds from now."""
        with self._lock:
            used = self._find(key)
            used.due = max(used.due, self._clock() + ahead)

    def _find(self, key: str) -> Used:
        used = self._used.get(key)
        if used is None:
            used = self._used[key] = Used()
            if len(self._used) > REMEMBERED:
                self._used.popitem(last=False)
        else:
            self._used.move_to_end(key)
        return used


Tell = Callable[[Limiter, str, int, Rate], None]
_tell: Tell | None = None


def share_by(tell: Tell | None) -> None:
    """`tell(limiter, key, uses, rate)` is called from any thread, and leads to `limiter.learn(key, …)`."""
    global _tell
    _tell = tell
