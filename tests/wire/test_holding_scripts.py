"""What players own, as scripts change it (cloud-code.md §7)."""

from typing import Any

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

EVENT = "SetScoreAndCalculateOutcome"


async def result_of(client: WireClient, scripts: SetScripts, text: str, **fields: Any) -> Any:
    await scripts(
        {f"event/{EVENT}": f"var me = Spark.getPlayer(), result;\n{text}\nSpark.setScriptData('r', result);"}
    )
    answer = await client.request("LogEventRequest", eventKey=EVENT, score="1", **fields)
    return answer.get("scriptData", answer)["r"]


async def test_currencies_are_credited_and_debited_at_once(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    text = """
    me.credit("GOLD", 50, "found"); me.credit1(5); me.credit2(7);
    result = [
        me.debit("GOLD", 10), me.debit("GOLD", 1000), me.debit2(3, "spent"), me.getBalance("GOLD"),
        me.balance2, me.getAllBalances(), me.getBalance("NONE")
    ];
    """
    assert await result_of(ana, scripts, text) == [True, False, True, 45, 4, {"GOLD": 45, "GEMS": 4}, 0]
    listed = await ana.request("ListTransactionsRequest")
    booked = [each for each in listed["transactionList"] if each.get("reason") == "found"]
    assert [(each["script"], each["scriptType"]) for each in booked] == [(f"event/{EVENT}", "event")]


async def test_wrong_amounts_are_exceptions(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    text = """
    result = [-1, 1.5, "x"].map(function (amount) {
        try { me.credit("GOLD", amount); return "done"; } catch (e) { return e.message.split(":")[0]; }
    });
    try { me.credit("NONE", 1); } catch (e) { result.push(e.message); }
    """
    whole = "the amount must be a whole number, and not negative"
    assert await result_of(ana, scripts, text) == [whole, whole, "wrong arguments", "no currency NONE"]


async def test_goods_are_added_and_used(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    text = """
    result = [
        me.addVGood("SHIELD", 2), me.addVGood("NONE", 1), me.hasVGood("SHIELD"), me.useVGood("SHIELD", 5),
        me.useVGood("SHIELD", 1), me.hasVGood("SHIELD"), me.getVirtualGoods(), me.hasVGood("NONE")
    ];
    """
    assert await result_of(ana, scripts, text) == [True, False, 2, False, True, 1, {"SHIELD": 1}, 0]


async def test_an_achievement_is_awarded_once_and_told(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    text = """
    result = [
        me.hasAchievement("TRIGGER_ACH"), me.addAchievement("TRIGGER_ACH"), me.addAchievement("TRIGGER_ACH"),
        me.getAchievements(), me.addAchievement("NONE"), me.removeAchievement("TRIGGER_ACH"), me.achievements
    ];
    """
    assert await result_of(ana, scripts, text) == [False, True, False, ["TRIGGER_ACH"], False, True, []]
    earned = await ana.expect_message("AchievementEarnedMessage")
    assert earned["achievementShortCode"] == "TRIGGER_ACH"
