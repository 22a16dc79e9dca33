"""What happens at a stage, counted a minute: held in memory, written every few seconds (realtime.tally_rows).

A message that is stored or confirmed is one addition to a dictionary here, and nobody waits for a row that
all processes count in. The price: a process that is killed takes along what it counted since its last write,
five seconds of figures, and no message. One that is told to end writes all of it first.

A key's parts say what was counted:

| measure | name | code | the number |
|---|---|---|---|
| STORED | message type | | players' copies that were stored |
| OUTCOME | message type | an outcome | what became of copies |
| ATTEMPT | push provider | its code | attempts to push |
| SCRIPT | script | how it failed | runs of scripts that failed |
| LATENCY | bound in seconds | | messages that were written to a live socket in no more time |
| ONLINE | | writer | the most players that this process held at once |
| WAITING | | | the most copies that waited at once, of LOOKED_AT at most |
| OLDEST | | | the age of the oldest of those, in milliseconds |

A copy that waits and is delivered later is counted as both. What is sent as a test is left out, but for the
last four measures, which say how the server is.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from protocol.dates import now_ms
from protocol.ids import id_ms
from protocol.instruments import LATENCIES

MINUTE_MS = 60_000
STORED, OUTCOME, ATTEMPT, LATENCY, SCRIPT = "stored", "outcome", "attempt", "latency", "script"
ONLINE, WAITING, OLDEST = "online", "waiting", "oldest"
PEAKS = (ONLINE, WAITING, OLDEST)  # whose largest number counts, not their sum

SOCKET, PUSHED, LEFT, EXPIRED, HELD_BACK, FAILED = (
    "socket",
    "push",
    "waiting",
    "expired",
    "suppressed",
    "failed",
)
OUTCOMES = (SOCKET, PUSHED, LEFT, EXPIRED, HELD_BACK, FAILED)

BEYOND = "inf"  # the last bound of LATENCY
_BOUNDS = (*(f"{bound:g}" for bound in LATENCIES), BEYOND)


class Key(NamedTuple):
    at_ms: int  # when the minute began
    stage_id: int
    measure: str
    name: str
    code: str


_lock = threading.Lock()  # messages are counted by the loop's thread and by the database's
_held: dict[Key, int] = {}


def minute_of(at_ms: int) -> int:
    return at_ms - at_ms % MINUTE_MS


def count(stage_id: int, measure: str, name: str = "", code: str = "", by: int = 1) -> None:
    """From any thread, once what is counted is committed. For peaks `by` is what there is now."""
    key = Key(minute_of(now_ms()), stage_id, measure, name, code)
    with _lock:
        held = _held.get(key, 0)
        _held[key] = max(held, by) if measure in PEAKS else held + by


def count_written(stage_id: int, message_id: str, frames: int) -> None:
    """So many frames were written to live sockets; the message is the oldest of them."""
    _count_age(stage_id, now_ms() - id_ms(message_id), frames)


def count_caught_up(stage_id: int, message_ids: Iterable[str], since_ms: int) -> None:
    """These were read from the store and written; what was made before `since_ms` waited for its player."""
    now = now_ms()
    for message_id in message_ids:
        if id_ms(message_id) >= since_ms:
            _count_age(stage_id, now - id_ms(message_id), 1)


def take() -> dict[Key, int]:
    """All that was counted since the last time."""
    global _held
    with _lock:
        taken, _held = _held, {}
    return taken


def _count_age(stage_id: int, age_ms: int, by: int) -> None:
    count(stage_id, LATENCY, _BOUNDS[bisect_left(LATENCIES, age_ms / 1000)], by=by)
