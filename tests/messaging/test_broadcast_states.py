from collections.abc import Sequence
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.broadcast_states import (
    SLICE_MS,
    Action,
    Progress,
    Refused,
    State,
    after_action,
    after_chunk,
    canary_passes,
    chunk_size,
    due_after,
    pace,
)

EXPANDING, PAUSED, CANARY, ABORTED, EXPANDED = State


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        (EXPANDING, Action.PAUSE, PAUSED),
        (PAUSED, Action.RESUME, EXPANDING),
        (PAUSED, Action.ABORT, ABORTED),
        (EXPANDING, Action.ABORT, ABORTED),
        (CANARY, Action.RESUME, EXPANDING),
        (CANARY, Action.PAUSE, PAUSED),
        (CANARY, Action.ABORT, ABORTED),
        # Repeated, because the first answer was lost.
        (PAUSED, Action.PAUSE, PAUSED),
        (EXPANDING, Action.RESUME, EXPANDING),
        (ABORTED, Action.ABORT, ABORTED),
    ],
)
def test_an_action_leads_to_a_state(state: State, action: Action, after: State) -> None:
    assert after_action(state, action) == after


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (EXPANDED, Action.PAUSE),
        (EXPANDED, Action.RESUME),
        (EXPANDED, Action.ABORT),
        (ABORTED, Action.PAUSE),
        (ABORTED, Action.RESUME),
    ],
)
def test_what_is_over_stays_over(state: State, action: Action) -> None:
    with pytest.raises(Refused, match=f"^A broadcast that is {state} cannot {action}.$"):
        after_action(state, action)


@pytest.mark.parametrize(
    ("progress", "size"),
    [
        (Progress(EXPANDING), 1000),
        (Progress(EXPANDING, rate=400), 100),
        (Progress(EXPANDING, rate=1), 1),
        (Progress(EXPANDING, rate=1_000_000), 1000),
        (Progress(EXPANDING, canary=30, done=10), 20),
        (Progress(EXPANDING, canary=30, done=30), 1000),
        (Progress(EXPANDING, canary=30, done=10, rate=40), 10),
    ],
)
def test_a_chunk_stays_within_the_rate_and_the_canary(progress: Progress, size: int) -> None:
    assert chunk_size(progress, 1000) == size


@pytest.mark.parametrize(
    ("progress", "count", "last", "state"),
    [
        (Progress(EXPANDING), 1000, False, EXPANDING),
        (Progress(EXPANDING), 400, True, EXPANDED),
        (Progress(EXPANDING, canary=30, done=10), 19, False, EXPANDING),
        (Progress(EXPANDING, canary=30, done=10), 20, False, CANARY),
        (Progress(EXPANDING, canary=30, done=10), 20, True, EXPANDED),
        (Progress(EXPANDING, canary=30, done=30), 1000, False, EXPANDING),
    ],
)
def test_a_chunk_ends_the_audience_or_the_canary(
    progress: Progress, count: int, last: bool, state: State
) -> None:
    assert after_chunk(progress, count, last) == state


@pytest.mark.parametrize(
    ("progress", "due_ms"),
    [
        (Progress(EXPANDING), 5_000),
        (Progress(EXPANDING, paced_until_ms=5_300), 5_300),
        (Progress(CANARY), None),
        (Progress(CANARY, judge_ms=9_000), 9_000),
        (Progress(PAUSED, paced_until_ms=5_300), None),
        (Progress(ABORTED), None),
        (Progress(EXPANDED), None),
    ],
)
def test_a_worker_is_due_where_something_is_left_to_do(progress: Progress, due_ms: int | None) -> None:
    assert due_after(progress, 5_000) == due_ms


@given(
    rate=st.integers(1, 100_000),
    late=st.lists(st.integers(0, 2_000), min_size=1, max_size=30),
)
def test_no_second_gets_more_than_the_rate_and_two_slices(rate: int, late: Sequence[int]) -> None:
    """However late workers come, and whoever they are: all that they know of each other is one number."""
    progress, sent, now = Progress(EXPANDING, rate=rate), [], 1_000_000
    for delay in late:
        now = max(now, progress.paced_until_ms) + delay
        size = chunk_size(progress, 1000)
        sent.append((now, size))
        progress = Progress(EXPANDING, rate=rate, paced_until_ms=pace(progress, size, now))
    slice_size = max(1, rate * SLICE_MS // 1000)
    for start, _ in sent:
        within = sum(size for at, size in sent if start <= at < start + 1000)
        assert within <= rate + 2 * slice_size


def test_lateness_is_made_up_for_so_that_the_rate_is_met_on_average() -> None:
    progress, now, times = Progress(EXPANDING, rate=400), 1_000_000, []
    for _ in range(40):
        now = max(now, progress.paced_until_ms) + 20  # a worker is always a little late
        times.append(now)
        progress = Progress(EXPANDING, rate=400, paced_until_ms=pace(progress, 100, now))
    assert times[-1] - times[0] == 39 * 250 + 20, "the first one's lateness is all that is left"
    assert list(accumulate(times, max)) == times


@pytest.mark.parametrize(("failed", "passes"), [(0, True), (5, True), (6, False)])
def test_a_canary_passes_up_to_the_share_of_failures(failed: int, passes: bool) -> None:
    assert canary_passes(failed, 100, 0.05) is passes
    assert canary_passes(0, 100, 0.0) is True
