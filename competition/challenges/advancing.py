"""Brings a held challenge to where it stands: does what competition.challenges.states decides."""

from collections.abc import Callable, Mapping

from competition.challenges import finishing, leaving
from competition.challenges.announcing import announce, involved
from competition.challenges.holding import Held
from competition.challenges.states import State, Step, decide
from competition.challenges.turns import first_player


def catch_up(held: Held) -> None:
    """What time and departures have brought since somebody looked: before anything else is done to it."""
    leaving.notice_departures(held)
    advance(held)


def is_behind(held: Held) -> bool:
    """Whether `catch_up` would find anything: what only looks at many challenges writes none for nothing."""
    return leaving.somebody_left(held) or decide(held.situation()) is not None


def advance(held: Held) -> None:
    """Every step that is due, each with its message; then the row is saved. A second call changes nothing."""
    while (step := decide(held.situation())) is not None:
        enter(held, step)
    held.save()


def enter(held: Held, step: Step) -> None:
    """The one place where a challenge changes its state. The caller saves."""
    _ENTER[step.target](held, step)


def _wait(held: Held, step: Step) -> None:
    held.row.state = State.WAITING
    announce(held, "Waiting", held.accepted)


def _start(held: Held, step: Step) -> None:
    """An early start makes the start date the real one (§5.2.4)."""
    row = held.row
    row.state = State.RUNNING
    row.start_ms = step.at if row.start_ms is None else min(row.start_ms, step.at)
    if held.type.turn_based:
        row.next_player = first_player(held.order, held.turns, row.max_turns)
    announce(held, "Started", held.accepted)


def _complete(held: Held, step: Step) -> None:
    finishing.finish(held, finishing.by_score(held), step.rule)


def _expire(held: Held, step: Step) -> None:
    finishing.call_off(held, State.EXPIRED, step.rule)
    announce(held, "Expired", involved(held))


def _decline(held: Held, step: Step) -> None:
    """Whoever declined last says so."""
    finishing.call_off(held, State.DECLINED, step.rule)


def _withdraw(held: Held, step: Step) -> None:
    finishing.call_off(held, State.WITHDRAWN, step.rule)
    announce(held, "Withdrawn", finishing.still_challenged(held))


_ENTER: Mapping[State, Callable[[Held, Step], None]] = {
    State.WAITING: _wait,
    State.RUNNING: _start,
    State.COMPLETE: _complete,
    State.EXPIRED: _expire,
    State.DECLINED: _decline,
    State.WITHDRAWN: _withdraw,
}
