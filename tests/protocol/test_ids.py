import re
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.ids import IdSource, first_id, id_ms, new_id


def test_new_id_is_24_lower_hex_characters() -> None:
    assert re.fullmatch("[0-9a-f]{24}", new_id())


def test_new_id_carries_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = id_ms(new_id())
    after = time.time_ns() // 1_000_000
    assert before <= made <= after + 1000  # other tests may have pushed the sequence ahead of the clock


def test_ids_within_a_millisecond_count_up_by_one() -> None:
    source = IdSource()
    first, second = source.next(1_000), source.next(1_000)
    assert int(second, 16) == int(first, 16) + 1
    assert id_ms(first) == id_ms(second) == 1_000


def test_ids_of_two_milliseconds_begin_at_random() -> None:
    source = IdSource()
    tails = {source.next(ms)[12:] for ms in range(1, 21)}
    assert len(tails) == 20


def test_ids_keep_the_last_millisecond_when_the_clock_steps_back() -> None:
    source = IdSource()
    first, second = source.next(5_000), source.next(4_000)
    assert second > first
    assert id_ms(second) == 5_000


def test_two_sources_differ_within_one_millisecond() -> None:
    assert IdSource().next(1_000) != IdSource().next(1_000)


def test_reseeded_source_leaves_its_parents_sequence() -> None:
    parent, child = IdSource(), IdSource()
    child._last = parent._last = int(parent.next(1_000), 16)
    child.reseed()
    parent_ids = {parent.next(1_000) for _ in range(100)}
    child_ids = {child.next(1_000) for _ in range(100)}
    assert parent_ids & child_ids == set()


def test_threads_never_share_an_id() -> None:
    source = IdSource()
    made: list[str] = []

    def make() -> None:
        made.extend([source.next(1_000) for _ in range(2_000)])

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8_000


@given(st.lists(st.integers(min_value=1, max_value=2**45), min_size=2, max_size=50))
def test_ids_sort_in_order_of_creation_whatever_the_clock_does(clock: list[int]) -> None:
    source = IdSource()
    ids = [source.next(ms) for ms in clock]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(len(id) == 24 for id in ids)


@pytest.mark.parametrize("text", ["", "0123", "z" * 24, "0" * 23, "0" * 25])
def test_id_ms_refuses_what_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an id|invalid literal"):
        id_ms(text)


def test_first_id_parts_the_ids_of_a_millisecond_from_those_before() -> None:
    source = IdSource()
    assert source.next(999) < first_id(1_000) <= source.next(1_000)
