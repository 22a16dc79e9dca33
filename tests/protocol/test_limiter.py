import time
from collections.abc import Iterator
from threading import Thread

import pytest

from protocol import limiter as limits
from protocol.limiter import Limiter, Rate, share_by

SLOW = Rate(0.001, 3)  # within a test nothing comes back


@pytest.fixture
def told() -> Iterator[list[tuple[str, str, int]]]:
    """What is told to the other processes."""
    seen: list[tuple[str, str, int]] = []
    share_by(lambda limiter, key, uses, rate: seen.append((limiter.name, key, uses)))
    yield seen
    share_by(None)


def uses(rate: Rate, *moments: float) -> list[bool]:
    """Whether there is room at each moment."""
    due, seen = 0.0, []
    for now in moments:
        after = rate.used(due, now)
        seen.append(after is not None)
        due = due if after is None else after
    return seen


def test_rate_starts_full_and_refuses_when_it_is_used() -> None:
    assert uses(Rate(1, 3), *[10.0] * 5) == [True, True, True, False, False]


def test_rate_comes_back_at_its_speed() -> None:
    assert uses(Rate(2, 3), 10.0, 10.0, 10.0, 10.4, 10.5, 10.6) == [True, True, True, False, True, False]


def test_rate_holds_no_more_than_its_burst() -> None:
    assert uses(Rate(100, 3), 10.0, *[1000.0] * 4) == [True, True, True, True, False]


def test_refused_uses_do_not_delay_the_next() -> None:
    assert uses(Rate(1, 1), 10.0, *(10 + step / 10 for step in range(1, 10)), 11.001) == [
        True,
        *[False] * 9,
        True,
    ]


def test_floats_do_not_eat_a_use() -> None:
    """The clock of a machine that has run for years, and a rate that binary fractions cannot write."""
    assert uses(Rate(1 / 30, 50), *[1e9 + 0.1] * 51) == [True] * 50 + [False]


def test_a_key_has_its_burst_and_is_refused_then() -> None:
    limiter = Limiter("test")
    assert [limiter.take("a", SLOW) for _ in range(5)] == [True, True, True, False, False]
    assert limiter.take("b", SLOW)


def test_looking_for_room_uses_nothing() -> None:
    limiter = Limiter("test")
    assert [limiter.has_room("a", SLOW) for _ in range(9)] == [True] * 9
    for _ in range(3):
        limiter.take("a", SLOW)
    assert not limiter.has_room("a", SLOW)


def test_no_key_is_never_limited() -> None:
    limiter = Limiter("test")
    assert all(limiter.take("", SLOW) for _ in range(100))
    assert limiter.has_room("", SLOW)


def test_uses_are_told_in_chunks_of_a_tenth(told: list[tuple[str, str, int]]) -> None:
    limiter = Limiter("test")
    for _ in range(25):
        limiter.take("a", Rate(0.001, 100))
    limiter.take("b", SLOW)
    limiter.take("", SLOW)
    assert told == [("test", "a", 10), ("test", "a", 10), ("test", "b", 1)]


def test_refused_uses_are_not_told(told: list[tuple[str, str, int]]) -> None:
    limiter = Limiter("test")
    for _ in range(9):
        limiter.take("a", SLOW)
    assert told == [("test", "a", 1)] * 3


def test_what_others_used_counts() -> None:
    limiter, rate = Limiter("test"), Rate(1, 10)
    limiter.learn("a", 7.5)
    assert [limiter.take("a", rate) for _ in range(4)] == [True, True, False, False]


def test_what_others_know_never_gives_room_back() -> None:
    """A Redis that came back empty knows less than this process."""
    limiter = Limiter("test")
    for _ in range(3):
        limiter.take("a", SLOW)
    limiter.learn("a", -100)
    assert not limiter.take("a", SLOW)


def test_longest_unused_keys_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 3)
    limiter, once = Limiter("test"), Rate(0.001, 1)
    for key in "abc":
        limiter.take(key, once)
    assert not limiter.take("a", once)
    limiter.take("d", once)
    assert [limiter.has_room(key, once) for key in "abcd"] == [False, True, False, False]


def test_threads_together_take_what_there_is() -> None:
    limiter, rate, taken = Limiter("test"), Rate(0.001, 10_000), []

    def take() -> None:
        taken.append(sum(limiter.take("a", rate) for _ in range(5000)))

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 10_000


def test_taking_costs_next_to_nothing() -> None:
    """Each request asks thrice; a core serves some thousand of them a second."""
    limiter, rate = Limiter("test"), Rate(1e9, 1e9)
    began = time.process_time()
    for number in range(20_000):
        limiter.take(f"player-{number % 500}", rate)
    assert time.process_time() - began < 0.4  # 20 µs each; it is 1 or 2
