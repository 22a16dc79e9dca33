"""How many messages led to one another: those that scripts send because of a message are counted on.

A chain has an end, and so has the number of messages that what one recipient's script, or a message's own,
sends leads to: two for each one would be a hundred thousand in the end.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from games.events import PlatformEvent
from protocol.ids import new_id
from protocol.run import Run

logger = logging.getLogger(__name__)

LONGEST = 16  # cloud-code.md §3
MOST_CAUSED = 10_000  # messages that one script's led to: as many as one message may have recipients
CHAIN = "chain"  # of a run whose messages a message caused, and of their origins
CAUSE = "cause"  # stands there for the run that the chain began with
KEPT = 10_000  # chains that are counted at a time

_caused: "OrderedDict[str, int]" = OrderedDict()  # by cause, as this process knows it
_lock = threading.Lock()  # messages are sent in several threads


def caused_by(origin: Mapping[str, Any]) -> Run:
    """The run of what a message's scripts do, one step further than the message."""
    run = Run()
    run.loaded[CHAIN] = int(origin.get(CHAIN, 0)) + 1
    if cause := origin.get(CAUSE):
        run.loaded[CAUSE] = cause
    return run


def part_of(run: Run) -> Run:
    """For one of several scripts of that run: what it causes is counted by itself, unless it was caused."""
    own = Run()
    own.loaded.update(run.loaded)
    if own.loaded.get(CHAIN) == 1:
        own.loaded[CAUSE] = new_id()
    return own


def continued(run: Run, event: PlatformEvent) -> PlatformEvent | None:
    """The event with its place in the chain; None for one too many, which is dropped, and the log says so."""
    chain = run.loaded.get(CHAIN, 0)
    if not chain:
        return event
    cause = run.loaded.setdefault(CAUSE, new_id())
    if chain > LONGEST:
        reason = f"{LONGEST} messages had caused one another"
    elif not _counted(cause):
        reason = f"one script had caused {MOST_CAUSED} messages"
    else:
        return replace(event, origin={**event.origin, CHAIN: chain, CAUSE: cause})
    logger.warning("a %s was dropped: %s (%s)", event.message_class, reason, event.origin)
    return None


def _counted(cause: str) -> bool:
    """Whether it may be one more. A worker that takes over counts anew."""
    with _lock:
        number = _caused.pop(cause, 0) + 1
        _caused[cause] = number
        if len(_caused) > KEPT:
            _caused.popitem(last=False)
    return number <= MOST_CAUSED
