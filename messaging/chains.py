"""How many messages led to one another: those that scripts send because of a message are counted on."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from games.events import PlatformEvent
from protocol.run import Run

logger = logging.getLogger(__name__)

LONGEST = 16  # cloud-code.md §3
CHAIN = "chain"  # of a run whose messages a message caused, and of their origins


def caused_by(origin: Mapping[str, Any]) -> Run:
    """The run of what a message's scripts do, one step further than the message."""
    run = Run()
    run.loaded[CHAIN] = int(origin.get(CHAIN, 0)) + 1
    return run


def continued(run: Run, event: PlatformEvent) -> PlatformEvent | None:
    """The event with its place in the chain; None for one too many, which is dropped, and the log says so."""
    chain = run.loaded.get(CHAIN, 0)
    if not chain:
        return event
    if chain <= LONGEST:
        return replace(event, origin={**event.origin, CHAIN: chain})
    logger.warning(
        "a %s was dropped: %d messages had caused one another (%s)",
        event.message_class,
        LONGEST,
        event.origin,
    )
    return None
