"""The JavaScript that old scripts are written in (cloud-code.md §5, §8)."""

from tests.cloudcode.sandbox.trying import DictHost, try_script, value_of


async def test_sloppy_mode_makes_implicit_globals() -> None:
    assert await value_of("function f() { implicit = 5; } f(); var result = implicit;") == 5


async def test_for_each_goes_over_values() -> None:
    text = """
    var result = [], list = {a: 1, b: 2};
    // for each (var x in nothing) is a comment
    for each (var x in list) { result.push(x); }
    for each(var y in [3, [4]]) for each (var z in [y]) result.push(z, "for each (in a text)");
    for (var each in {k: 1}) result.push(each);
    """
    assert await value_of(text) == [
        *(1, 2, 3, "for each (in a text)", [4], "for each (in a text)", "k"),
    ]


async def test_for_each_keeps_lines() -> None:
    outcome = await try_script("for each (\n var x\n in [1]) {\n throw new Error('x');\n}")
    assert outcome.failure is not None
    assert outcome.failure.line == 4


async def test_a_module_with_const_may_be_included_twice() -> None:
    modules = {"M": "const LIMIT = 5; let other = 1; class Point { x() { return 7; } }"}
    text = "require('M'); require('M'); var result = [LIMIT, other, new Point().x()];"
    assert await value_of(text, modules=modules) == [5, 1, 7]


async def test_modules_share_the_globals_whatever_mode_is_asked_for() -> None:
    modules = {"M": "/* one */ 'use strict'\nfunction fromModule() { return outer + 1; }"}
    text = '"use strict"; var outer = 1; (function () { require("M"); })(); var result = fromModule();'
    assert await value_of(text, modules=modules) == 2


async def test_require_loads_once_within_an_outermost_call_and_again_in_another() -> None:
    modules = {
        "A": "loads.push('A'); require('B'); require('C');",
        "B": "loads.push('B'); require('A'); require('C');",
        "C": "loads.push('C');",
    }
    assert (
        await value_of(
            "loads = []; require('A'); require('C'); requireOnce('C'); requireOnce('B'); "
            "var result = loads.join('');",
            modules=modules,
        )
        == "ABCC"
    )


async def test_an_unknown_module_is_an_exception() -> None:
    assert (
        await value_of("try { require('X'); } catch (e) { var result = e.message; }") == "Module not found: X"
    )


async def test_getters_can_be_read_as_properties_and_not_written() -> None:
    host = DictHost({"player.load": {"displayName": "Ana", "userName": "ana"}, "player.online": True})
    text = """
    var p = Spark.loadPlayer("p1");
    p.displayName = "other"; p.online = 5;
    var result = [p.displayName, p.userName, p.playerId, p.online, Spark.player.playerId, Spark.data.x];
    """
    assert await value_of(text, host=host, data={"x": 1}, context={"playerId": "me"}) == [
        *("Ana", "ana", "p1", True, "me", 1),
    ]


async def test_dates_are_in_utc() -> None:
    assert (
        await value_of("var result = new Date(0).getHours() + new Date(2020, 6, 1).getTimezoneOffset();") == 0
    )


async def test_newer_syntax_is_allowed() -> None:
    assert await value_of("const f = (x) => `${x}!`; var result = [...'ab'].map(f);") == ["a!", "b!"]


async def test_windows_lines_and_a_mark_of_their_order_are_read() -> None:
    outcome = await try_script("\ufeffvar a = 1;\r\nthrow new Error('x');\r\n")
    assert outcome.failure is not None
    assert outcome.failure.line == 2


async def test_nothing_of_the_host_can_be_reached() -> None:
    text = """
    var names = ["process", "module", "exports", "window", "fetch", "setTimeout", "XMLHttpRequest", "java",
        "Packages", "__host", "__run", "std", "os"];
    var result = names.filter(function (name) { return typeof globalThis[name] !== "undefined"; });
    """
    assert await value_of(text) == []
