"""Hostile scripts end at their limits, and the next run does not suffer (cloud-code.md §9)."""

import asyncio
import json
import signal
import time

import pytest

from cloudcode.sandbox.frames import Kind
from cloudcode.sandbox.pool import pool
from cloudcode.sandbox.process import ContextLimits, SandboxProcess
from tests.cloudcode.sandbox.trying import CONTEXT, DictHost, try_script, value_of

LIMIT = 0.4  # seconds
ANA = {"playerId": "ana"}
ENDLESS = {
    "loop": "while (true) {}",
    "loop that catches": "while (true) { try { while (true) {} } catch (e) {} finally {} }",
    "recursion that catches": "function f() { try { f(); } finally { f(); } } f();",
    "regex": "/^(a+)+$/.test(Array(40).join('a') + 'b');",
    "getter while it is converted": "throw {get message() { while (true) {} }};",
    "toJSON": "Spark.setScriptData('x', {toJSON: function () { while (true) {} }});",
    "promises": "(function again() { Promise.resolve().then(again); })(); while (true) {}",
    "sorting": "var a = []; while (a.length < 3e5) a.push(1); for (;;) a.sort(function () { return 1; });",
    "native: big integers": "var x = 3n ** 300000n; for (;;) x.toString();",
    "native: searching": "var s = 'a'.repeat(2e6), t = 'a'.repeat(1e6) + 'b'; for (;;) s.lastIndexOf(t);",
    "host calls": "for (;;) { try { Spark.loadPlayer(String(Math.random())); } catch (e) {} }",
    "logging": "for (;;) Spark.getLog().info('x');",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=list(ENDLESS))
async def test_an_endless_script_ends_at_its_limit(text: str) -> None:
    began = time.monotonic()
    outcome = await try_script(text, seconds=LIMIT, host=DictHost())
    took = time.monotonic() - began
    assert outcome.failure is not None
    assert outcome.failure.code == "TIMEOUT", outcome.failure
    assert took < LIMIT + 20  # however slow the machine, not the minutes it would have gone on
    assert await value_of("var result = 1;") == 1


ONE_OPERATION = "'a'.repeat(2e6).lastIndexOf('a'.repeat(1e6) + 'b');"  # of minutes


async def test_the_server_kills_what_the_engine_cannot_end() -> None:
    """In the middle of one native operation the engine looks at no clock."""
    host = DictHost({"player.online": True})
    await value_of("var result = 1;", seconds=60)  # a process is there, and need not be started in the time
    outcome = await try_script(
        f"Spark.player.isOnline(); {ONE_OPERATION}", seconds=LIMIT, host=host, context=ANA
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "TIMEOUT"
    assert host.process is not None
    assert host.process.process.returncode == -signal.SIGKILL


async def test_a_process_ends_by_itself_when_the_server_is_gone() -> None:
    process = SandboxProcess.start(ContextLimits())
    try:
        await process.greet()
        order = {"main": "event/TRY", "hash": "h", "source": ONE_OPERATION, "data": "{}", "seconds": LIMIT}
        order |= {"context": json.dumps(CONTEXT), "scriptData": {}, "errors": {}}
        await process.send(Kind.RUN, json.dumps(order).encode())
        assert await asyncio.to_thread(process.process.wait, 60) == -signal.SIGALRM
    finally:
        process.bury()


BOMBS = {
    "array": "var a = []; for (;;) a.push(new Array(1000).join('x') + a.length);",
    "string": "var s = 'x'; for (;;) s += s;",
    "repeat": "'x'.repeat(1e9).length; throw new Error('done');",
    "typed array": "var a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));",
    "closures": "var f = function () {}; for (;;) f = (function (g) { return function () { g(); }; })(f);",
    "object keys": "var o = {}; for (var i = 0; ; i++) o['k' + i] = i;",
    "fill": "new Array(5e7).fill(1); throw new Error('done');",
    "json": "var o = {}; o = JSON.stringify(new Array(1e7).fill('xxxxxxxx')); throw new Error('done');",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=list(BOMBS))
async def test_a_memory_bomb_ends_the_run_and_nothing_else(text: str) -> None:
    outcome = await try_script(text, seconds=5)
    assert outcome.failure is not None
    assert await value_of("var result = 1;") == 1


async def test_what_is_caught_out_of_memory_leaves_no_more_room() -> None:
    text = """
    var kept = [], fails = 0;
    while (fails < 20) { try { kept.push(new Array(1e5).join('x')); } catch (e) { fails++; } }
    var result = kept.length * 1e5 < 80e6;
    """
    assert await value_of(text, seconds=100) is True


@pytest.mark.parametrize(
    "text",
    [
        "function f() { f(); } f();",
        "var a = []; for (var i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a);",
        "function f(n) { return [n].map(f); } f(1);",
        "var o = {get x() { return this.x; }}; o.x;",
        "JSON.parse(new Array(1e6).join('['));",
        "new RegExp(new Array(2e5).join('('));",
        "var p = new Proxy({}, {get: function (t, n, r) { return r[n]; }}); p.x;",
        "eval(new Array(1e5).join('(') + '1');",
    ],
)
async def test_deep_recursion_is_an_exception(text: str) -> None:
    outcome = await try_script(f"try {{ {text} }} catch (e) {{ Spark.setScriptData('caught', true); }}")
    assert (outcome.failure, outcome.script_data) == (None, {"caught": True})


async def test_output_is_bounded() -> None:
    text = """
    var big = new Array(900001).join("x"), result = [];
    Spark.setScriptData("a", big);
    try { Spark.setScriptData("b", big); } catch (e) { result.push(e.name); }
    try { Spark.setScriptError("c", big + big); } catch (e) { result.push(e.name); }
    Spark.removeScriptData("a");
    """
    assert await value_of(text) == ["RangeError", "RangeError"]


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
            await value_of("var result = 1;")
            times.append(time.perf_counter() - began)
        return min(times)

    before = await quickest()
    await try_script(ENDLESS["native: big integers"], seconds=0.2)
    await try_script(BOMBS["array"], seconds=5)
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
