"""Which processes are lent again."""

import asyncio
import signal
import threading
from collections.abc import Iterator

import pytest

from cloudcode.sandbox import pool as pools
from cloudcode.sandbox.pool import Busy, Pool
from cloudcode.sandbox.process import ROOT, ContextLimits, SandboxProcess
from tests.cloudcode.sandbox.trying import try_script

# Answers a run that nobody has asked for yet, which may be another game's.
TALKATIVE = f"""
import socket, sys
sys.path.insert(0, {str(ROOT)!r})
from cloudcode.sandbox.frames import Kind, packed
link = socket.socket(fileno=int(sys.argv[1]))
link.sendall(packed(Kind.READY, b'{{"missing":{{}}}}'))
link.recv(65536)
done = packed(Kind.DONE, b'{{"scriptData":{{"made":"up"}}}}')
link.sendall(done + done)
link.recv(65536)
"""


@pytest.fixture
def talkative() -> Iterator[Pool]:
    pool = Pool(2, ContextLimits(), TALKATIVE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pools, "_pools", [pool])
        yield pool
    pool.close_now()


async def test_a_process_that_says_more_than_it_was_asked_is_ended(talkative: Pool) -> None:
    async with talkative.lease(2, 60) as first:
        pass
    assert talkative.pids == [first.process.pid]
    outcome = await try_script("var a;", seconds=60)
    assert outcome.script_data == {"made": "up"}
    await talkative.close()  # with the one that is started in its place
    assert first.process.returncode == -signal.SIGKILL


async def test_who_breaks_a_process_takes_no_other_games_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are two: while the broken one is replaced, which is held up here, the other game has its own."""
    pool = Pool(2, ContextLimits())
    may_start = threading.Event()
    try:
        async with pool.lease("theirs", 60), pool.lease("ours", 60):
            pass
        start = pool._start

        def held_up() -> SandboxProcess:
            may_start.wait(60)
            return start()

        monkeypatch.setattr(pool, "_start", held_up)
        with pytest.raises(ZeroDivisionError):
            async with pool.lease("theirs", 60) as broken:
                raise ZeroDivisionError
        assert broken.process.wait(60) == -signal.SIGKILL
        with pytest.raises(Busy):
            async with pool.lease("theirs", 0.2):
                pass
        async with pool.lease("ours", 60) as lent:
            assert lent.process.poll() is None
        may_start.set()
        async with pool.lease("theirs", 60) as fresh:
            assert fresh not in (broken, lent)
        assert len(pool.pids) == 2
    finally:
        may_start.set()
        await pool.close()


async def test_who_is_cancelled_twice_gives_the_turn_back() -> None:
    """At its time limit, say, and again as its connection ends, while its process is being ended."""
    pool = Pool(2, ContextLimits())

    async def run() -> None:
        async with pool.lease("ours", 60):
            in_turn.set()
            await asyncio.Event().wait()

    try:
        for _ in range(pool.size + 1):
            in_turn = asyncio.Event()
            running = asyncio.create_task(run())
            async with asyncio.timeout(30):
                await in_turn.wait()
            running.cancel()
            await asyncio.sleep(0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        async with pool.lease("ours", 60) as lent:
            assert lent.process.poll() is None
    finally:
        await pool.close()


async def test_a_pool_that_closes_ends_what_was_only_being_started(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(2, ContextLimits())
    starting, may_start, started = threading.Event(), threading.Event(), list[SandboxProcess]()
    start = pool._start

    def held_up() -> SandboxProcess:
        starting.set()
        may_start.wait(60)
        started.append(start())
        return started[0]

    monkeypatch.setattr(pool, "_start", held_up)
    with pytest.raises(Busy):
        async with pool.lease("ours", 0.01):
            pass
    assert await asyncio.to_thread(starting.wait, 60)
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0)
    may_start.set()
    await closing
    assert [each.process.returncode for each in started] == [-signal.SIGKILL]
    assert pool.pids == []
