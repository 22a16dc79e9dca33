"""What may become of a broadcast, and when it goes on: pure functions of its counters, no I/O.

expanding ──pause──► paused ──resume──► expanding
    │  └─canary reached─► canary ──resume, or judged well──► expanding
    └─audience done─► expanded          abort, from any that is not over ──► aborted
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

SLICE_MS = 250


class State(StrEnum):
    EXPANDING = "expanding"
    PAUSED = "paused"
    CANARY = "canary"
    ABORTED = "aborted"
    EXPANDED = "expanded"

    @property
    def over(self) -> bool:
        return self in (State.ABORTED, State.EXPANDED)


class Action(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    ABORT = "abort"


class Refused(Exception):
    """The action cannot be done in this state. A sentence for people."""


# An action that changes nothing is allowed: it may be the repetition of one whose answer was lost.
_ACTIONS: Mapping[Action, Mapping[State, State]] = {
    Action.PAUSE: {
        State.EXPANDING: State.PAUSED,
        State.CANARY: State.PAUSED,
        State.PAUSED: State.PAUSED,
    },
    Action.RESUME: {
        State.PAUSED: State.EXPANDING,
        State.CANARY: State.EXPANDING,
        State.EXPANDING: State.EXPANDING,
    },
    Action.ABORT: {
        State.EXPANDING: State.ABORTED,
        State.PAUSED: State.ABORTED,
        State.CANARY: State.ABORTED,
        State.ABORTED: State.ABORTED,
    },
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A broadcast's counters. `done` recipients have their copy, or could not be given one.

    `total` is None until the audience was counted. `rate` is in recipients a second, None for no limit;
    `paced_until_ms` is when it lets the next recipient through. `canary` 0: none. `judge_ms` is when a
    broadcast that waits after its canary is judged, None: an operator does it.
    """

    state: State
    total: int | None = None
    done: int = 0
    rate: int | None = None
    canary: int = 0
    paced_until_ms: int = 0
    judge_ms: int | None = None


def after_action(state: State, action: Action) -> State:
    """Raises Refused."""
    try:
        return _ACTIONS[action][state]
    except KeyError:
        raise Refused(f"A broadcast that is {state} cannot {action}.") from None


def chunk_size(progress: Progress, most: int) -> int:
    """How many recipients the next chunk takes: not more than a slice of the rate, nor past the canary."""
    size = most
    if progress.rate is not None:
        size = min(size, max(1, progress.rate * SLICE_MS // 1000))
    if progress.done < progress.canary:
        size = min(size, progress.canary - progress.done)
    return size


def after_chunk(progress: Progress, count: int, last: bool) -> State:
    """Once `count` more recipients are done; `last`: there are no others."""
    if last:
        return State.EXPANDED
    if progress.done < progress.canary <= progress.done + count:
        return State.CANARY
    return State.EXPANDING


def pace(progress: Progress, count: int, now: int) -> int:
    """Up to when the rate is used up by `count` recipients more.

    Who is late by less than a slice makes up for it, so that the rate is met on average; who is later starts
    anew.
    """
    if progress.rate is None:
        return progress.paced_until_ms
    start = progress.paced_until_ms if now - progress.paced_until_ms < SLICE_MS else now
    return start + ceil(count * 1000 / progress.rate)


def due_after(progress: Progress, now: int) -> int | None:
    """When a worker must look again at a broadcast that nobody holds; None: when somebody acts on it."""
    if progress.state is State.EXPANDING:
        return max(now, progress.paced_until_ms)
    if progress.state is State.CANARY:
        return progress.judge_ms
    return None


def canary_passes(failed: int, canary: int, failed_share: float) -> bool:
    return failed <= failed_share * canary
