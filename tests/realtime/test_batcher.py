"""realtime.batcher: the DataLoader pattern over the database thread."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError

from realtime.batcher import Batcher

pytestmark = pytest.mark.django_db(transaction=True)


class Recorder:
    """A flush that doubles numbers, keeps its batches and can be held."""

    def __init__(self, rule: Callable[[list[int]], Sequence[int | Exception]] | None = None) -> None:
        self.batches: list[list[int]] = []
        self.called = threading.Event()
        self.free = threading.Event()
        self.free.set()
        self.rule = rule or (lambda keys: [key * 2 for key in keys])

    def __call__(self, keys: list[int]) -> Sequence[int | Exception]:
        self.batches.append(keys)
        self.called.set()
        assert self.free.wait(10)
        return self.rule(keys)


async def test_keys_of_one_moment_are_one_batch() -> None:
    flush = Recorder()
    double = Batcher(flush)
    assert await asyncio.gather(double(1), double(2), double(3)) == [2, 4, 6]
    assert flush.batches == [[1, 2, 3]]


async def test_keys_that_arrive_during_a_flush_are_the_next_batch() -> None:
    flush = Recorder()
    flush.free.clear()
    double = Batcher(flush)
    first = double(1)
    assert await asyncio.to_thread(flush.called.wait, 10)
    rest = [double(2), double(3)]
    flush.free.set()
    assert await asyncio.gather(first, *rest) == [2, 4, 6]
    assert flush.batches == [[1], [2, 3]]


async def test_batch_is_limited() -> None:
    flush = Recorder()
    double = Batcher(flush, limit=2)
    assert await asyncio.gather(*[double(n) for n in range(5)]) == [0, 2, 4, 6, 8]
    assert flush.batches == [[0, 1], [2, 3], [4]]


async def test_bad_key_fails_alone() -> None:
    def rule(keys: list[int]) -> Sequence[int]:
        return [12 // key for key in keys]

    flush = Recorder(rule)
    divide = Batcher(flush)
    results = await asyncio.gather(divide(3), divide(0), divide(4), return_exceptions=True)
    assert results[0] == 4
    assert isinstance(results[1], ZeroDivisionError)
    assert results[2] == 3
    assert flush.batches == [[3, 0, 4], [3], [0], [4]]


async def test_exception_among_the_results_is_raised_for_its_key() -> None:
    check = Batcher(Recorder(lambda keys: [KeyError(key) if key == 2 else key for key in keys]))
    results = await asyncio.gather(check(1), check(2), return_exceptions=True)
    assert results[0] == 1
    assert isinstance(results[1], KeyError)


async def test_locked_database_fails_all_at_once() -> None:
    def rule(keys: list[int]) -> Sequence[int]:
        raise OperationalError("database is locked")

    flush = Recorder(rule)
    write = Batcher(flush)
    results = await asyncio.gather(write(1), write(2), return_exceptions=True)
    assert [str(result) for result in results] == ["database is locked"] * 2
    assert results[0] is not results[1]
    assert flush.batches == [[1, 2]]


async def test_lock_met_on_the_way_fails_what_is_left() -> None:
    def rule(keys: list[int]) -> Sequence[int]:
        if len(keys) > 1:
            raise ValueError("a poisoned row")
        if keys[0] == 2:
            raise OperationalError("database is locked")
        return keys

    flush = Recorder(rule)
    write = Batcher(flush)
    results = await asyncio.gather(write(1), write(2), write(3), return_exceptions=True)
    assert results[0] == 1
    assert [type(result) for result in results[1:]] == [OperationalError, OperationalError]
    assert flush.batches == [[1, 2, 3], [1], [2]]


async def test_cancelled_waiter_harms_nobody_and_its_key_is_flushed() -> None:
    flush = Recorder()
    double = Batcher(flush)
    gone, stays = double(1), double(2)
    gone.cancel()
    assert await stays == 4
    assert flush.batches == [[1, 2]]


async def test_wrong_number_of_results_is_an_error_for_all() -> None:
    wrong = Batcher(Recorder(lambda keys: [1]))
    results = await asyncio.gather(wrong(1), wrong(2), return_exceptions=True)
    assert [type(result) for result in results] == [RuntimeError, RuntimeError]


def test_each_loop_has_its_own_batches() -> None:
    double = Batcher(Recorder())

    async def once() -> int:
        return await double(4)

    assert [asyncio.run(once()), asyncio.run(once())] == [8, 8]
