"""When a challenge changes its state: competition-rules.md §5.3, row by row."""

from typing import Any

import pytest

from competition.challenges.states import RULES, Access, Situation, State, Step, decide, next_moment

NOW = 1_000_000
PAST, EARLIER, LATER, FAR = NOW - 1000, NOW - 5000, NOW + 1000, NOW + 5000
ISSUED, WAITING, RUNNING = State.ISSUED, State.WAITING, State.RUNNING


def situation(state: State = ISSUED, access: Access = Access.PUBLIC, **facts: Any) -> Situation:
    return Situation(state=state, access=access, now=NOW, **facts)


# Each row of the table, with what must hold and what must not.
ROWS: list[tuple[str, Situation, State | None]] = [
    ("min players, no start", situation(minimum=3, accepted=3), RUNNING),
    ("min players, no start, one too few", situation(minimum=3, accepted=2), None),
    ("min players of one still are two", situation(minimum=1, accepted=1), None),
    ("first join", situation(accepted=2), RUNNING),
    ("nobody joined", situation(accepted=1), None),
    ("PRIVATE, one invited accepts", situation(access=Access.PRIVATE, accepted=2), RUNNING),
    ("PRIVATE, not all answered", situation(access=Access.PRIVATE, accepted=2, unanswered=1), None),
    (
        "PRIVATE, no place left",
        situation(access=Access.PRIVATE, accepted=2, unanswered=1, maximum=2),
        RUNNING,
    ),
    ("PRIVATE, min reached", situation(access=Access.PRIVATE, accepted=2, unanswered=1, minimum=2), RUNNING),
    ("autoStart at max", situation(auto_start=True, maximum=3, accepted=3), RUNNING),
    ("autoStart below max", situation(auto_start=True, maximum=3, accepted=2), None),
    (
        "autoStart at max before start",
        situation(auto_start=True, maximum=3, accepted=3, start=LATER),
        RUNNING,
    ),
    ("max without autoStart", situation(maximum=2, accepted=2, start=LATER), WAITING),
    ("start ahead, min reached", situation(minimum=2, accepted=2, start=LATER), WAITING),
    ("start ahead, no min, two", situation(accepted=2, start=LATER), WAITING),
    ("start ahead, too few", situation(minimum=3, accepted=2, start=LATER), None),
    (
        "autoStart, start ahead, min reached",
        situation(auto_start=True, minimum=2, maximum=3, accepted=2, start=LATER),
        None,
    ),
    (
        "autoStart, start reached, min reached",
        situation(auto_start=True, minimum=2, maximum=3, accepted=2, start=PAST),
        RUNNING,
    ),
    ("start reached, a late join", situation(accepted=2, start=PAST, expiry=LATER), RUNNING),
    ("start reached, too few, no expiry", situation(accepted=1, start=PAST), State.EXPIRED),
    ("start reached, too few, expiry ahead", situation(accepted=1, start=PAST, expiry=LATER), None),
    ("expiry reached", situation(accepted=1, expiry=PAST), State.EXPIRED),
    (
        "expiry reached, autoStart, max not reached",
        situation(auto_start=True, minimum=2, maximum=3, accepted=2, expiry=PAST, start=LATER),
        State.EXPIRED,
    ),
    ("end reached unstarted", situation(accepted=1, end=PAST), State.EXPIRED),
    ("PRIVATE, all declined", situation(access=Access.PRIVATE, accepted=1), State.DECLINED),
    ("PRIVATE, one has not declined", situation(access=Access.PRIVATE, accepted=1, unanswered=1), None),
    ("PUBLIC, nobody there", situation(access=Access.PUBLIC, accepted=1), None),
    ("the challenger is gone", situation(accepted=2, minimum=3, challenger_left=True), State.WITHDRAWN),
    ("waiting, start ahead", situation(WAITING, accepted=2, start=LATER), None),
    ("waiting, start reached", situation(WAITING, accepted=2, start=PAST), RUNNING),
    ("waiting, expiry reached", situation(WAITING, accepted=2, start=LATER, expiry=PAST), None),
    ("waiting, start reached, all left", situation(WAITING, accepted=1, start=PAST), State.EXPIRED),
    ("running, turns used", situation(RUNNING, accepted=2, spent=True, end=LATER), State.COMPLETE),
    ("running, end ahead", situation(RUNNING, accepted=2, end=LATER), None),
    ("running, end reached", situation(RUNNING, accepted=2, end=PAST), State.COMPLETE),
    ("running, expiry reached", situation(RUNNING, accepted=2, end=LATER, expiry=PAST), None),
    ("running, one left", situation(RUNNING, accepted=1, end=LATER), State.COMPLETE),
    ("running, a script removed one", situation(RUNNING, accepted=1, removed=1, end=LATER), None),
]


@pytest.mark.parametrize(("given", "target"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_row_of_the_table(given: Situation, target: State | None) -> None:
    step = decide(given)
    assert (step and step.target) == target


def test_every_rule_is_met_by_a_row() -> None:
    met = {(step.rule, given.state) for _, given, _ in ROWS if (step := decide(given)) is not None}
    assert met == {(rule.name, rule.source) for rule in RULES}


@pytest.mark.parametrize("state", [state for state in State if state.is_final])
def test_what_is_over_stays_as_it_is(state: State) -> None:
    over = situation(state, accepted=3, start=PAST, end=PAST, expiry=PAST, spent=True, challenger_left=True)
    assert (decide(over), next_moment(over)) == (None, None)
    assert state in {State.COMPLETE, State.EXPIRED, State.DECLINED, State.WITHDRAWN}


def test_whoever_looks_late_takes_times_in_their_order() -> None:
    expired_first = situation(auto_start=True, maximum=3, accepted=2, expiry=EARLIER, start=PAST)
    assert decide(expired_first) == Step("expiry time", State.EXPIRED, EARLIER)
    started_first = situation(auto_start=True, maximum=3, accepted=2, start=EARLIER, expiry=PAST)
    assert decide(started_first) == Step("start time", RUNNING, EARLIER)
    both_at_once = situation(auto_start=True, maximum=3, accepted=2, start=PAST, expiry=PAST)
    assert decide(both_at_once) == Step("start time", RUNNING, PAST)


def test_the_next_look_is_at_the_earliest_time_ahead() -> None:
    assert next_moment(situation(start=FAR, end=FAR + 1, expiry=LATER)) == LATER
    assert next_moment(situation(start=PAST, end=FAR, expiry=NOW)) == FAR
    assert next_moment(situation()) is None
