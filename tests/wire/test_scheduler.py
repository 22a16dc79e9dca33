"""Modules that scripts have run later (cloud-code.md §7)."""

from typing import Any

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

EVENT = "SetScoreAndCalculateOutcome"
TELL = """
var me = Spark.getPlayer();
Spark.sendMessageById({got: Spark.getData(), as: me && me.playerId}, Spark.getData().to);
Spark.setScriptData("goes", "nowhere");
"""


async def log(client: WireClient, **fields: Any) -> dict[str, Any]:
    answer = await client.request("LogEventRequest", eventKey=EVENT, score="1", **fields)
    answer.pop("requestId")
    return answer


async def test_a_module_runs_later_as_the_player_who_was_current(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """With the data as it was then, and after what was set before."""
    ana, bo = await player("Ana"), await player("Bo")
    await scripts(
        {
            f"event/{EVENT}": """
            var data = {to: Spark.getData().to, n: 1, at: new Date(0)};
            Spark.getPlayer().setScriptData("was", "set");
            Spark.setScriptData("accepted", Spark.getScheduler().inSeconds("TELL", -1, data));
            data.n = 2;
            """,
            "modules/TELL": TELL.replace("as:", 'was: me.getScriptData("was"), as:'),
        }
    )
    assert await log(ana, to=bo.user_id) == {
        "@class": ".LogEventResponse",
        "scriptData": {"accepted": True},
    }
    frame = await bo.expect_message("ScriptMessage")
    assert frame["data"] == {
        "got": {"to": bo.user_id, "n": 1, "at": "1970-01-01T00:00:00.000Z"},
        "was": "set",
        "as": ana.user_id,
    }
    assert await server.before_marker(bo) == []
    await server.await_rows("SELECT id FROM cloudcode_scheduleditem", count=0)


async def test_an_item_is_replaced_by_its_key_and_cancelled(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var me = Spark.player.playerId, plan = Spark.getScheduler();
            plan.inSeconds("TELL", 0.3, {to: me, n: 1}, me + "a");
            plan.inSeconds("TELL", 0.4, {to: me, n: 2}, me + "a");
            plan.inSeconds("TELL", 0.3, {to: me, n: 3}, me + "b");
            plan.cancel(me + "b");
            plan.cancel("nobody's");
            plan.inSeconds("TELL", 0.6, {to: me, n: 4});
            plan.inSeconds("TELL", 0.6, {to: me, n: 5});
            """,
            "modules/TELL": TELL,
        }
    )
    await log(ana)
    numbers = [(await ana.expect_message("ScriptMessage"))["data"]["got"]["n"] for _ in range(3)]
    assert (numbers[0], sorted(numbers[1:])) == (2, [4, 5])


async def test_what_cannot_run_is_in_script_log(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """Once: failed runs are not repeated. Who cancels by a module's code is told why nothing happened."""
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var plan = Spark.getScheduler();
            plan.inSeconds("NO_SUCH", 0);
            plan.inSeconds("BREAKS", 0, null);
            plan.inSeconds("LATER", 1000, {});
            plan.cancel("LATER");
            """,
            "modules/BREAKS": "\nthrow new Error(String(Spark.getData()));",
            "modules/LATER": "// nothing",
        }
    )
    await log(ana)
    sql = (
        "SELECT script, line, level, text, player_id FROM cloudcode_scriptlog"
        " WHERE player_id = ? ORDER BY script"
    )
    found = await server.await_rows(sql, ana.user_id, count=3)
    hint = "cancel(LATER) cancelled nothing: items are cancelled by the key given when scheduling"
    assert [(row["script"], row["line"], row["level"], row["text"]) for row in found] == [
        (f"event/{EVENT}", 6, "WARN", f'"{hint}"'),
        ("modules/BREAKS", 2, "ERROR", "ERROR: Error: null"),
        ("modules/NO_SUCH", None, "ERROR", '"Module not found: NO_SUCH"'),
    ]
    left = await server.await_rows("SELECT module FROM cloudcode_scheduleditem", count=1)
    assert left == [{"module": "LATER"}]
    server.execute("DELETE FROM cloudcode_scheduleditem")


async def test_what_cannot_be_scheduled_is_an_exception(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    text = """
    var faults = [], plan = Spark.getScheduler();
    function attempt(act) { try { act(); } catch (e) { faults.push(e.message); } }
    attempt(function () { plan.inSeconds("M", "soon", {}); });
    attempt(function () { plan.inSeconds("M", 1e12, {}); });
    attempt(function () { plan.inSeconds("M", 1, {a: "\\u0000"}); });
    attempt(function () { plan.inSeconds("M", 1, {a: new Array(300001).join("x")}); });
    attempt(function () { plan.inSeconds(new Array(300).join("M"), 1, {}); });
    attempt(function () { for (var n = 0; n < 6; n++) plan.inSeconds("M", 1, {}, "k"); });
    plan.cancel("k");
    Spark.setScriptData("faults", faults);
    """
    await scripts({f"event/{EVENT}": text, "modules/M": "// nothing"})
    async with server.replaced("cloudcode.budget", "MOST_SCHEDULED", 5):
        faults = (await log(ana))["scriptData"]["faults"]
    assert [fault.partition(":")[0] for fault in faults] == [
        "wrong arguments",
        "nothing can be scheduled for later than in ten years",
        "the data is nested too deep, or holds NUL",
        "the data is larger than 256 KB",
        "the module's short code, or the key, is too long",
        "more than 5 scheduled modules in one run",
    ]
