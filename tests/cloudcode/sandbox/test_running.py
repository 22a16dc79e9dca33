"""One run in a real sandbox process: what goes in, what comes out, and how it can end."""

from pathlib import Path

import pytest

from tests.cloudcode.sandbox.trying import DictHost, try_script, value_of


async def test_a_run_gets_its_data_and_leaves_what_it_set() -> None:
    outcome = await try_script(
        "Spark.setScriptData('sum', Spark.getData().a + Spark.data.b); Spark.setScriptError('e', [1]);",
        data={"a": 1, "b": 2},
    )
    assert (outcome.script_data, outcome.errors, outcome.failure) == ({"sum": 3}, {"e": [1]}, None)


async def test_data_is_one_object_that_the_script_may_change() -> None:
    assert await value_of("Spark.getData().n.x = 5; var result = Spark.data.n.x;", data={"n": {}}) == 5


async def test_script_data_of_before_is_read_changed_and_removed() -> None:
    outcome = await try_script(
        """
        var board = Spark.getScriptData("board");
        board.push(3);
        Spark.setScriptData("kept", board);
        Spark.removeScriptData("gone");
        Spark.setScriptData("nothing", null);
        Spark.setScriptData("dropped", undefined);
        Spark.setScriptData("unset", Spark.getScriptData("never") === null);
        """,
        script_data={"board": [1, 2], "gone": 1},
    )
    assert outcome.script_data == {"board": [1, 2], "kept": [1, 2, 3], "nothing": None, "unset": True}


async def test_errors_are_one_map() -> None:
    outcome = await try_script(
        """
        Spark.setScriptError("a", 1); Spark.setScriptError("a", 2); Spark.setScriptError("b", 3);
        Spark.removeScriptError("b");
        var seen = [Spark.getScriptError("a"), Spark.getScriptError("b"), Spark.hasScriptErrors()];
        Spark.setScriptData("seen", seen);
        Spark.removeAllScriptErrors();
        Spark.setScriptData("none", Spark.hasScriptErrors());
        """
    )
    assert (outcome.script_data, outcome.errors) == ({"seen": [2, None, True], "none": False}, {})


async def test_an_exception_names_script_and_line_and_drops_what_was_set() -> None:
    outcome = await try_script(
        "Spark.setScriptError('kept', 1);\nSpark.setScriptData(1, 1);\nfunction f() {\n null.x;\n}\nf();"
    )
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.script, outcome.failure.line) == ("ERROR", "event/TRY", 4)
    assert outcome.failure.name == "TypeError"
    assert outcome.errors == {"kept": 1}


async def test_an_exception_in_a_module_names_the_module() -> None:
    outcome = await try_script(
        "require('A');\nrequire('B');\nboom();",
        modules={
            "A": "var a = 1;\nvar b = 2;",
            "B": "// one\n// two\nfunction boom() { throw new Error('x'); }",
        },
    )
    assert outcome.failure is not None
    assert (outcome.failure.script, outcome.failure.line, outcome.failure.message) == ("modules/B", 3, "x")


async def test_a_thrown_text_is_the_message() -> None:
    outcome = await try_script("throw 'text';")
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.message) == ("ERROR", "text")


async def test_exit_ends_the_run_and_cannot_be_caught() -> None:
    outcome = await try_script(
        """
        function leave() {
            try { throw 1; } catch (e) { Spark.exit(); } finally { Spark.setScriptData("finally", 1); }
        }
        Spark.setScriptData("before", 1);
        try { leave(); } catch (e) { Spark.setScriptData("caught", 1); }
        Spark.setScriptData("after", 1);
        """
    )
    assert (outcome.exited, outcome.failure, outcome.script_data) == (True, None, {"before": 1})


async def test_what_the_host_refuses_is_an_exception_that_can_be_caught() -> None:
    host = DictHost()
    assert await value_of(
        "try { Spark.loadPlayer('x'); } catch (e) { var result = e.message; }", host=host
    ) == ("no player.load")
    assert host.asked == [("player.load", ["x"])]


async def test_nothing_leaks_from_run_to_run() -> None:
    await try_script("leaked = 1; Object.prototype.x = 1; Array.prototype.push = null; JSON.parse = null;")
    assert await value_of("var result = [typeof leaked, typeof ({}).x, [1].push(2), JSON.parse('3')];") == [
        "undefined",
        "undefined",
        2,
        3,
    ]


async def test_no_two_runs_have_the_same_random_numbers() -> None:
    """All worlds begin as the same memory."""
    text = "var result = [Math.random(), Math.random()];"
    one, other = await value_of(text), await value_of(text)
    assert len({*one, *other}) == 4
    assert all(0 <= each < 1 for each in (*one, *other))


async def test_log_entries_have_level_script_and_line() -> None:
    host = DictHost()
    await try_script(
        "var l = Spark.getLog();\nl.debug({a: 1});\nl.setLevel('WARN');\nl.info('no');\nl.error('yes');",
        host=host,
    )
    assert [(line.level, line.text, line.script, line.line) for line in host.lines] == [
        ("DEBUG", '{"a":1}', "event/TRY", 2),
        ("ERROR", '"yes"', "event/TRY", 5),
    ]


async def test_what_is_not_there_yet_says_so() -> None:
    assert await value_of("try { Spark.getRedis(); } catch (e) { var result = e.message; }") == (
        "Spark.getRedis is not available"
    )


@pytest.mark.parametrize("text", ["\ud800", "é🎲", "\u2028"])
async def test_texts_of_any_characters_come_back(text: str) -> None:
    outcome = await try_script(f"Spark.setScriptData('t', {ascii_js(text)});")
    expected = "\ufffd" if text == "\ud800" else text
    assert outcome.script_data == {"t": expected} or outcome.failure is not None


def ascii_js(text: str) -> str:
    return '"' + "".join(f"\\u{ord(unit):04x}" for unit in _units(text)) + '"'


def _units(text: str) -> str:
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[i] | raw[i + 1] << 8) for i in range(0, len(raw), 2))


async def test_a_process_keeps_nothing_of_its_runs() -> None:
    """Neither contexts nor what was in them, run after run."""

    class Weighing(DictHost):
        def resident(self) -> int:
            assert self.process is not None
            return int(Path(f"/proc/{self.process.process.pid}/statm").read_text().split()[1]) * 4096

    host = Weighing({"player.online": True})
    text = "Spark.player.isOnline(); var kept = new Array(100001).join('x');"
    for _ in range(60):
        await try_script(text, host=host, context={"playerId": "ana"})
    before = host.resident()
    for _ in range(150):
        await try_script(text, host=host, context={"playerId": "ana"})
    assert host.resident() < before + 20 * 1024 * 1024
