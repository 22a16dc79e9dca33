import pytest

from realtime.redis_post import BATCH_BYTES, BATCH_FRAMES, FLIGHT_BYTES, Batch, Post, batches, flights
from realtime.router import Frame


def frames(count: int, size: int = 1, first: int = 0) -> list[Frame]:
    return [Frame(1, "ana", f"m{first + number}", b"x" * size) for number in range(count)]


def ids(batch: Batch) -> list[str]:
    return [frame.message_id for frame in batch.frames]


def test_posts_to_one_node_are_one_batch_in_their_order() -> None:
    posts = [Post("a.1", frames(2)), Post("b.1", frames(1)), Post("a.1", frames(1, first=2))]
    made = list(batches(posts))
    assert [(batch.lease, ids(batch), batch.posts) for batch in made] == [
        ("a.1", ["m0", "m1", "m2"], {0, 2}),
        ("b.1", ["m0"], {1}),
    ]


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        (BATCH_FRAMES + 1, 1, [BATCH_FRAMES, 1]),
        (3, BATCH_BYTES // 2, [2, 1]),
        (2, BATCH_BYTES + 1, [1, 1]),
    ],
)
def test_a_batch_is_bounded_in_frames_and_in_bytes(count: int, size: int, expected: list[int]) -> None:
    made = list(batches([Post("a.1", frames(count, size))]))
    assert [len(batch.frames) for batch in made] == expected
    assert [frame for batch in made for frame in ids(batch)] == [f"m{number}" for number in range(count)]


def test_a_flight_is_bounded_in_bytes() -> None:
    posts = [Post(f"{number}.1", frames(1, FLIGHT_BYTES // 2)) for number in range(5)]
    assert [len(flight) for flight in flights(batches(posts))] == [2, 2, 1]
