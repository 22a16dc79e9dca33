"""Hostile scripts end at their limits, and the next run does not suffer (cloud-code.md §9)."""

import asyncio
import json
import signal
import time
from collections.abc import Iterator

import msgspec
import pytest

from cloudcode.sandbox import conversation
from cloudcode.sandbox import pool as pools
from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.orders import Given, Order
from cloudcode.sandbox.pool import Pool, pool
from cloudcode.sandbox.process import ContextLimits, SandboxProcess
from tests.cloudcode.sandbox.hostile_scripts import HOSTILE, TIMEOUT
from tests.cloudcode.sandbox.trying import CONTEXT, DictHost, try_script, value_of

LIMIT = 0.3  # seconds
MEMORY = 32 * 1024 * 1024
ANA = {"playerId": "ana"}


@pytest.fixture(scope="module", autouse=True)
def small_pool() -> Iterator[None]:
    """What harms has little room here, so that it is soon at its limit."""
    small = Pool(2, ContextLimits(MEMORY))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pools, "_pools", [small])
        yield
    small.close_now()
    assert small.pids == [], "no process is left"


async def there_is_a_process() -> None:
    """One need not be started in the time of the next run."""
    assert await value_of("var result = 1;", seconds=60) == 1


@pytest.mark.parametrize("kind", HOSTILE)
async def test_each_ends_at_its_limit_and_the_next_run_goes_well(kind: str) -> None:
    await there_is_a_process()
    for hostile in HOSTILE[kind]:
        seconds = LIMIT if hostile.ends == TIMEOUT else 30
        outcome = await try_script(hostile.text, seconds=seconds, host=DictHost(), data={"n": 5})
        failure = outcome.failure
        assert outcome.begun, hostile.text
        if hostile.ends is None:
            assert (failure, outcome.script_data) == (None, {"result": hostile.leaves}), hostile.text
        elif hostile.ends == TIMEOUT:
            assert failure is not None, hostile.text
            assert failure.code == TIMEOUT, (hostile.text, failure)
        else:
            assert failure is not None, hostile.text
            assert f"{failure.name}: {failure.message}" == hostile.ends, hostile.text
        assert await value_of("var result = [typeof x, ({}).x, [1].push(2)];", seconds=60) == [
            *("undefined", None, 2)
        ]


async def test_loops_kill_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine ends them itself. The server waits for it, however busy the machine is."""
    monkeypatch.setattr(conversation, "GRACE", 60)
    await there_is_a_process()
    before = set(pool().pids)
    await try_script("while (true) {}", seconds=LIMIT)
    await try_script(HOSTILE["regex"][0].text, seconds=LIMIT)
    assert set(pool().pids) == before


ONE_OPERATION = "'a'.repeat(2e6).lastIndexOf('a'.repeat(1e6) + 'b');"  # of minutes


async def test_the_server_kills_what_the_engine_cannot_end() -> None:
    """In the middle of one native operation the engine looks at no clock."""
    host = DictHost({"player.online": True})
    await there_is_a_process()
    outcome = await try_script(
        f"Spark.player.isOnline(); {ONE_OPERATION}", seconds=LIMIT, host=host, context=ANA
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "TIMEOUT"
    assert host.process is not None
    assert host.process.process.wait(60) == -signal.SIGKILL


async def test_a_process_ends_by_itself_when_the_server_is_gone() -> None:
    process = SandboxProcess.start(ContextLimits())
    try:
        await process.greet()
        given = Given(msgspec.Raw(b"{}"), msgspec.Raw(json.dumps(CONTEXT).encode()))
        order = Order("event/TRY", "h", ONE_OPERATION, 1, {}, LIMIT, [given])
        await process.send(Kind.RUN, msgspec.json.encode(order))
        assert await asyncio.to_thread(process.process.wait, 60) == -signal.SIGALRM
    finally:
        process.bury()


async def test_what_is_caught_out_of_memory_leaves_no_more_room() -> None:
    text = """
    var kept = [], fails = 0;
    while (fails < 20) { try { kept.push(new Array(1e5).join('x')); } catch (e) { fails++; } }
    var result = kept.length * 1e5 < 42e6;
    """
    assert await value_of(text, seconds=100) is True


async def test_output_is_bounded() -> None:
    text = """
    var big = new Array(900001).join("x"), result = [];
    Spark.setScriptData("a", big);
    try { Spark.setScriptData("b", big); } catch (e) { result.push(e.name); }
    try { Spark.setScriptError("c", big + big); } catch (e) { result.push(e.name); }
    Spark.removeScriptData("a");
    """
    assert await value_of(text, seconds=60) == ["RangeError", "RangeError"]


async def test_log_lines_are_bounded_and_the_rest_is_counted() -> None:
    host = DictHost()
    outcome = await try_script(
        "var s = new Array(20001).join('x'); for (var i = 0; i < 1500; i++) Spark.getLog().info(s);",
        host=host,
        seconds=60,
    )
    assert (len(host.lines), outcome.logs_dropped) == (1000, 500)
    assert max(len(line.text) for line in host.lines) == 10_000


async def test_the_next_run_is_not_slower() -> None:
    """After a bomb the process is fresh, or its context is: a run costs what it cost."""

    async def quickest() -> float:
        times = []
        for _ in range(50):
            began = time.perf_counter()
            await value_of("var result = 1;", seconds=60)
            times.append(time.perf_counter() - began)
        return min(times)

    before = await quickest()
    await try_script(HOSTILE["loops"][0].text, seconds=0.2)
    await try_script(HOSTILE["memory"][0].text, seconds=30)
    await try_script(HOSTILE["stack"][0].text, seconds=30)
    assert await quickest() < before * 5 + 0.02


async def test_a_killed_process_fails_its_own_run_alone() -> None:
    """Both are in the middle of their runs, which wait for each other's host calls."""
    met = asyncio.Barrier(2)

    class Meeting(DictHost):
        async def call(self, operation: str, arguments: list[object], process: object) -> object:
            self.process = process  # type: ignore[assignment]
            await met.wait()
            if self.answers["kill"]:
                self.process.process.kill()  # type: ignore[union-attr]
            return None

    text = "Spark.loadPlayer('x'); var result = 1; Spark.setScriptData('done', true);"
    killed, other = await asyncio.gather(
        try_script(text, host=Meeting({"kill": True}), game=1),
        try_script(text, host=Meeting({"kill": False}), game=2),
    )
    assert killed.failure is not None
    assert (killed.failure.code, killed.script_data) == ("ERROR", {})
    assert (other.failure, other.script_data) == (None, {"done": True})


async def test_one_game_leaves_a_process_for_the_others() -> None:
    """However many runs of one game there are, none of which ends before the other game's has."""
    other_has_run = asyncio.Event()

    class Waiting(DictHost):
        async def call(self, operation: str, arguments: list[object], process: object) -> object:
            await other_has_run.wait()
            return None

    text = "Spark.loadPlayer('x');"
    hogs = [
        asyncio.create_task(try_script(text, host=Waiting(), seconds=120, game=1))
        for _ in range(pool().size + 2)
    ]
    await asyncio.sleep(0)
    assert await value_of("var result = 1;", game=2, seconds=60) == 1
    other_has_run.set()
    assert [each.failure for each in await asyncio.gather(*hogs)] == [None] * len(hogs)


def test_the_memory_limit_is_the_documented_one() -> None:
    assert ContextLimits().memory == 64 * 1024 * 1024
