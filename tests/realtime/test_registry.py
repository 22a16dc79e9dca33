"""Which of a player's connections is ended when there are too many."""

from types import SimpleNamespace
from typing import Any

from realtime.registry import Registry


def connection(silent: bool = False, closing: bool = False) -> Any:
    return SimpleNamespace(silent=silent, transport=SimpleNamespace(closing=closing))


def surplus(most: int, *connections: Any) -> int | None:
    """Its place in order of log-in."""
    registry = Registry()
    for each in connections:
        registry.add("ana", each)
    found = registry.surplus("ana", most)
    return None if found is None else [each is found for each in connections].index(True)


def test_nobody_is_ended_within_the_limit() -> None:
    assert surplus(2, connection(), connection()) is None
    assert Registry().surplus("nobody", 2) is None


def test_oldest_is_ended_beyond_it() -> None:
    assert surplus(2, connection(), connection(), connection()) == 0


def test_one_on_which_nobody_answers_goes_first() -> None:
    assert surplus(2, connection(), connection(silent=True), connection()) == 1


def test_newest_is_never_ended() -> None:
    assert surplus(1, connection(), connection(silent=True)) == 0


def test_one_that_is_closing_already_does_not_count() -> None:
    assert surplus(2, connection(closing=True), connection(), connection()) is None
    assert surplus(2, connection(closing=True), connection(), connection(), connection()) == 1
