"""What one test leaves to the database threads is done before the next one."""

import asyncio
import threading

import pytest

from realtime import database

pytestmark = pytest.mark.django_db(transaction=True)

WORK = 1.0  # seconds
left: list[threading.Event] = []


def work(begun: threading.Event, done: threading.Event) -> None:
    begun.set()
    done.wait(WORK)
    done.set()


@pytest.mark.parametrize("turn", [1, 2])
async def test_what_nobody_waits_for_is_done_with_its_test(turn: int) -> None:
    """The second turn looks at what the first one left."""
    assert [done.is_set() for done in left] == [True] * len(left)
    begun, done = threading.Event(), threading.Event()
    left.append(done)
    waiting = asyncio.ensure_future(database.run(work, begun, done))
    await asyncio.to_thread(begun.wait, 10)
    assert not waiting.done()
