"""A commit that adds work wakes a worker, whichever process it lives in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from realtime import redis, redis_keys, waking, worker
from realtime.redis import ask
from realtime.redis_clients import connect, disconnect
from realtime.worker import Job, Worker, on_wake, wake
from tests.realtime.linked import Linked, linked, until
from tests.redis_server import RedisServer

NEVER = 3600.0


@pytest.fixture
async def here(own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Linked]:
    monkeypatch.setattr(worker, "_wake_others", None)
    on_wake(waking.tell)
    async with linked() as node:
        yield node
    await redis.stop()


@asynccontextmanager
async def working(run: Callable[[], Awaitable[bool | None]]) -> AsyncIterator[Worker]:
    here = Worker([Job("some.job", NEVER, run)])
    await here.start()
    try:
        yield here
    finally:
        await here.stop()


@asynccontextmanager
async def wakes() -> AsyncIterator["asyncio.Queue[bytes]"]:
    """What this process publishes."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    client = connect(decode=False)
    subscriber = client.pubsub()
    await subscriber.subscribe(redis_keys.WAKE)
    await subscriber.get_message(timeout=5)

    async def read() -> None:
        async for message in subscriber.listen():
            heard.put_nowait(message["data"])

    reader = asyncio.create_task(read())
    yield heard
    reader.cancel()
    await asyncio.wait([reader])
    await subscriber.aclose()
    await disconnect(client)


async def test_another_processs_word_runs_the_job_here(here: Linked) -> None:
    runs: asyncio.Queue[None] = asyncio.Queue()

    async def run() -> None:
        runs.put_nowait(None)

    async with working(run):
        await runs.get()  # its first run
        await ask(lambda client: client.publish(redis_keys.WAKE, "other.job some.job"))
        await asyncio.wait_for(runs.get(), 5)


async def test_a_wake_stays_here_while_the_job_can_begin_here(here: Linked) -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        begun.set()
        await done.wait()

    async with wakes() as published, working(run) as here_working:
        await begun.wait()
        wake("some.job")
        assert await asyncio.wait_for(published.get(), 5) == b"some.job", "it is at work here: others may"
        done.set()
        await until(lambda: _rests(here_working))
        await asyncio.to_thread(wake, "some.job")
        await asyncio.to_thread(wake, "job.of.others")
        assert await asyncio.wait_for(published.get(), 5) == b"job.of.others"


async def _rests(working: Worker) -> bool:
    tended = working._tended["some.job"]
    return not (tended.running or tended.woken)


async def test_wakes_of_one_moment_are_published_together(here: Linked) -> None:
    async with wakes() as published:
        for _ in range(1000):
            wake("some.job")
            wake("job.of.others")
        first = await asyncio.wait_for(published.get(), 5)
        assert sorted(first.split()) == [b"job.of.others", b"some.job"]
        wake("marker")
        assert await asyncio.wait_for(published.get(), 5) == b"marker"


def test_a_command_wakes_the_workers(own_redis: RedisServer) -> None:
    async def hear() -> None:
        async with wakes() as published:
            await asyncio.to_thread(waking.tell, "some.job")
            assert await asyncio.wait_for(published.get(), 5) == b"some.job"

    asyncio.run(hear())
