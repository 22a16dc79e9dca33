"""When a challenge goes from one state to another: the table of competition-rules.md §5.3, row by row.

Nothing here reads or writes anything: `decide` takes what is known of a challenge and says what follows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class State(StrEnum):
    ISSUED = "ISSUED"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    EXPIRED = "EXPIRED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"

    @property
    def is_final(self) -> bool:
        return self not in OPEN


OPEN = frozenset({State.ISSUED, State.WAITING, State.RUNNING})


class Access(StrEnum):
    PRIVATE = "PRIVATE"
    PUBLIC = "PUBLIC"
    FRIENDS = "FRIENDS"


LEAST_PLAYERS = 2  # where the challenge asks for no more (§5.3)


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides about a challenge. Times are milliseconds, None where the challenge sets none.

    `accepted` counts those who take part, the challenger included; `unanswered` the invited who have not
    said anything. `removed` counts those whom a script took out. `spent` is whether everybody who takes part
    has used the turns there are.
    """

    state: State
    access: Access
    now: int
    accepted: int = 1
    unanswered: int = 0
    removed: int = 0
    challenger_left: bool = False
    minimum: int | None = None
    maximum: int | None = None
    auto_start: bool = False
    start: int | None = None
    end: int | None = None
    expiry: int | None = None
    spent: bool = False

    @property
    def enough(self) -> bool:
        return self.accepted >= max(self.minimum or 0, LEAST_PLAYERS)

    @property
    def full(self) -> bool:
        return self.maximum is not None and self.accepted >= self.maximum

    @property
    def everybody_answered(self) -> bool:
        """Nobody can come in any more: all have answered, or there is no place left."""
        return self.unanswered == 0 or self.full

    def reached(self, time: int | None) -> bool:
        return time is not None and time <= self.now


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table; of those that hold the first counts."""

    name: str
    source: State
    target: State
    holds: Callable[[Situation], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """From now on the challenge is in `target`; the rule says why, and `at` when that came true."""

    rule: str
    target: State
    at: int


RULES: tuple[Rule, ...] = (
    Rule("challenger left", State.ISSUED, State.WITHDRAWN, lambda s: s.challenger_left),
    Rule("full", State.ISSUED, State.RUNNING, lambda s: s.auto_start and s.full and s.enough),
    Rule(
        "enough players",
        State.ISSUED,
        State.RUNNING,
        lambda s: s.start is None and s.minimum is not None and s.enough,
    ),
    Rule(
        "first player",
        State.ISSUED,
        State.RUNNING,
        lambda s: _starts_at_once(s) and s.access is not Access.PRIVATE and s.enough,
    ),
    Rule(
        "everybody answered",
        State.ISSUED,
        State.RUNNING,
        lambda s: _starts_at_once(s) and s.access is Access.PRIVATE and s.everybody_answered and s.enough,
    ),
    Rule("start time", State.ISSUED, State.RUNNING, lambda s: s.reached(s.start) and s.enough),
    Rule(
        "waits for its start",
        State.ISSUED,
        State.WAITING,
        lambda s: s.start is not None and not s.auto_start and s.enough,
    ),
    Rule(
        "start time",
        State.WAITING,
        State.RUNNING,
        lambda s: s.reached(s.start) and s.accepted >= LEAST_PLAYERS,
    ),
    Rule("players left", State.WAITING, State.EXPIRED, lambda s: s.reached(s.start)),
    Rule("expiry time", State.ISSUED, State.EXPIRED, lambda s: s.reached(s.expiry)),
    Rule(
        "too few at its start", State.ISSUED, State.EXPIRED, lambda s: s.reached(s.start) and s.expiry is None
    ),
    Rule("end time", State.ISSUED, State.EXPIRED, lambda s: s.reached(s.end)),
    Rule(
        "all declined",
        State.ISSUED,
        State.DECLINED,
        lambda s: s.access is Access.PRIVATE and s.unanswered == 0 and s.accepted < LEAST_PLAYERS,
    ),
    Rule("turns used", State.RUNNING, State.COMPLETE, lambda s: s.spent),
    Rule("end time", State.RUNNING, State.COMPLETE, lambda s: s.reached(s.end)),
    Rule(
        "players left",
        State.RUNNING,
        State.COMPLETE,
        lambda s: s.accepted == 0 or (s.accepted < LEAST_PLAYERS and not s.removed),
    ),
)


def decide(situation: Situation) -> Step | None:
    """The next step, None where the challenge stays as it is.

    What time brought is taken in its order, however late somebody looks: a challenge that expired at ten
    did not start at eleven.
    """
    for at in _moments(situation):
        then = replace(situation, now=at)
        for rule in RULES:
            if rule.source is situation.state and rule.holds(then):
                return Step(rule.name, rule.target, at)
    return None


def next_moment(situation: Situation) -> int | None:
    """When time alone may bring the next step."""
    if situation.state.is_final:
        return None
    times = (situation.start, situation.end, situation.expiry)
    return min((time for time in times if time is not None and time > situation.now), default=None)


def _moments(situation: Situation) -> Iterator[int]:
    """The times that have come, the earliest first, and now."""
    times = {situation.start, situation.end, situation.expiry}
    yield from sorted(time for time in times if time is not None and time <= situation.now)
    yield situation.now


def _starts_at_once(situation: Situation) -> bool:
    """No time and no number was set to begin at."""
    return situation.start is None and situation.minimum is None and not situation.auto_start
