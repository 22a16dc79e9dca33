"""Messages that scripts send, over real sockets and to the sandbox push (cloud-code.md §7)."""

import asyncio
import json
from typing import Any

import pytest

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer, register_device
from tests.wire_client import WireClient
from tests.wire_games import GAME

EVENT = "SetScoreAndCalculateOutcome"


async def log(client: WireClient, **fields: Any) -> dict[str, Any]:
    answer = await client.request("LogEventRequest", eventKey=EVENT, **fields)
    answer.pop("requestId")
    return answer


async def test_a_script_sends_a_message_to_another_players_socket(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    await scripts(
        {f"event/{EVENT}": 'Spark.sendMessageById({"foo": Spark.getData().score}, [Spark.getData().to]);'}
    )
    assert await log(ana, score="7", to=bo.user_id) == {"@class": ".LogEventResponse"}
    frame = await bo.expect_message("ScriptMessage")
    message_id = frame.pop("messageId")
    assert frame == {
        "@class": ".ScriptMessage",
        "data": {"foo": "7"},
        "notification": True,
        "playerId": bo.user_id,
        "gameId": server.game_id(),
        "summary": "ScriptMessage",
    }
    assert (await server.state_of(message_id, "delivered"))["reason"] == "confirmed_socket"


async def test_who_is_away_gets_a_push_and_finds_the_message(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    await register_device(bo)
    await bo.close()
    text = 'Spark.message("DAILY_GIFT").setPlayerIds(Spark.data.to).setMessageData({gift: "a hat"}).send();'
    await scripts({f"event/{EVENT}": text})
    await log(ana, score="7", to=bo.user_id)
    (row,) = await server.await_rows("SELECT * FROM messaging_playermessage WHERE player_id = ?", bo.user_id)
    (push,) = await server.pushes(row["id"])
    assert json.loads(push["payload"])["aps"]["alert"]["body"] == "A gift of a hat for Bo"
    stored = json.loads(row["document"])
    assert (stored["extCode"], stored["data"], stored["title"]) == (
        "DAILY_GIFT",
        {"gift": "a hat"},
        "Daily gift",
    )


async def test_the_trace_names_script_line_and_player(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": "require('SENDING');\n\nsendIt();",
            "modules/SENDING": "// a comment\nfunction sendIt() {\n  Spark.sendMessage({}, Spark.player);\n}",
        }
    )
    await log(ana, score="7")
    frame = await ana.expect_message("ScriptMessage")
    told = await server.command("trace", GAME.api_key, "preview", frame["messageId"])
    assert f"created by the script modules/SENDING, line 3 of {ana.user_id}" in told


async def test_the_answer_comes_before_the_messages_and_these_in_order(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            "request/LogEventRequest": "Spark.sendMessage({n: 1}, [Spark.player]);",
            f"event/{EVENT}": "for (var n = 2; n < 5; n++) Spark.sendMessage({n: n}, [Spark.player]);",
            "response/LogEventResponse": "Spark.sendMessage({n: 5}, [Spark.player]);",
        }
    )
    await log(ana, score="7")
    assert [(await ana.expect_message("ScriptMessage"))["data"]["n"] for _ in range(5)] == [1, 2, 3, 4, 5]
    answered = next(n for n, frame in enumerate(ana.frames) if frame["@class"] == ".LogEventResponse")
    first = next(n for n, frame in enumerate(ana.frames) if frame["@class"] == ".ScriptMessage")
    assert answered < first


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("sendMessage({n: 1}, [Spark.player])", {"data": {"n": 1}}),
        ("sendMessage({n: 1}, [Spark.player.playerId, Spark.player, 'nobody'])", {"data": {"n": 1}}),
        (
            "sendMessageExt({gift: 'x'}, 'DAILY_GIFT', [Spark.player])",
            {"data": {"gift": "x"}, "extCode": "DAILY_GIFT"},
        ),
        ("sendMessageExt({n: 1}, 'UNKNOWN', [Spark.player])", {"data": {"n": 1}}),
        ("sendMessageByIdExt({gift: 'x'}, 'DAILY_GIFT', [Spark.player.playerId])", {"extCode": "DAILY_GIFT"}),
        ("sendMessageWithoutPush({n: 1}, [Spark.player])", {"notification": False}),
        ("sendMessageByIdWithoutPush({n: 1}, [Spark.player.playerId])", {"notification": False}),
        ("sendMessage(null, [Spark.player])", {"data": {}}),
        ("sendMessageById(undefined, Spark.player.playerId)", {"data": {}}),
        ("message(null).setPlayerIds(Spark.player.playerId).send()", {"data": {}}),
        ("message().setPlayerIds(Spark.player.playerId).setMessageData(null).send()", {"data": {}}),
        ("message('UNKNOWN').setPlayerIds([Spark.player.playerId]).send()", {"data": {}}),
        (
            "message().setPlayerIds([Spark.player.playerId]).setSendAsPush(false).send()",
            {"notification": False},
        ),
    ],
)
async def test_every_form_of_sending(
    server: DrivenServer, player: Player, scripts: SetScripts, call: str, expected: dict[str, Any]
) -> None:
    """An unknown extension is a plain message; unknown ids are left out, duplicates sent once."""
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": f"Spark.{call};"})
    await log(ana, score="7")
    frame = await ana.expect_message("ScriptMessage")
    assert {key: frame.get(key) for key in expected} == expected
    assert ("extCode" in frame) == ("extCode" in expected)
    assert await server.before_marker(ana) == []


async def test_setters_hold_for_one_send_and_the_object_can_send_again(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var data = {n: 1}, message = Spark.message(null).setPlayerIds([Spark.player.playerId]);
            message.setMessageData(data).setSendViaSocket(true).setSendAsPush(true).setSupressPushOnSocketSend(false)
                .setIncludeInPushCount(false).setExpireAfterHours(2).setDeviceTypes(["ios", "ANDROID"]);
            message.send(); data.n = 2; message.send();
            """
        }
    )
    await log(ana, score="7")
    frames = [await ana.expect_message("ScriptMessage") for _ in range(2)]
    assert [frame["data"] for frame in frames] == [{"n": 1}, {"n": 2}]
    assert len({frame["messageId"] for frame in frames}) == 2
    rows = server.rows(
        "SELECT message.overrides, message.expires_ms - message.created_ms AS lives, copy.counts"
        " FROM messaging_message message JOIN messaging_playermessage copy ON copy.message_id = message.id"
        " WHERE copy.id = ?",
        frames[0]["messageId"],
    )
    assert [(row["lives"], bool(row["counts"])) for row in rows] == [(2 * 3_600_000, False)]
    assert json.loads(rows[0]["overrides"]) == {
        "send_via_socket": True,
        "send_as_push": True,
        "suppress_push_on_socket_send": False,
        "include_in_push_count": False,
        "expire_after_hours": 2,
        "device_types": ["ios", "android"],
    }


async def test_large_values_pass(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": 'Spark.sendMessage({"foo": Spark.getData().foo}, [Spark.getPlayer()]);'})
    foo = "x" * 100_000
    for number in range(3):
        assert await log(ana, score="7", foo=f"{number}{foo}") == {"@class": ".LogEventResponse"}
    for number in range(3):
        assert (await ana.expect_message("ScriptMessage"))["data"] == {"foo": f"{number}{foo}"}


async def test_what_may_not_be_sent_is_an_exception(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    text = """
    var faults = [], me = [Spark.player.playerId];
    function attempt(act) { try { act(); } catch (e) { faults.push(e.message); } }
    attempt(function () { Spark.sendMessageById({a: "\\u0000"}, me); });
    attempt(function () { Spark.sendMessageById({a: new Array(300001).join("x")}, me); });
    attempt(function () { Spark.message(null).setPlayerIds(me).setExpireAfterHours(-1).send(); });
    attempt(function () { Spark.message(null).setPlayerIds(me).setDeviceTypes(["toaster"]).send(); });
    var crowd = [];
    while (crowd.length < 10001) crowd.push("p" + crowd.length);
    attempt(function () { Spark.sendMessageById({}, crowd); });
    Spark.setScriptData("faults", faults);
    """
    await scripts({f"event/{EVENT}": text})
    faults = (await log(ana, score="7"))["scriptData"]["faults"]
    assert [fault.partition(":")[0] for fault in faults] == [
        "the data is nested too deep, or holds NUL",
        "the data is larger than 256 KB",
        "hours must be 0 to 8760",
        "no device type toaster",
        "more than 10000 recipients of one message",
    ]


async def test_a_message_is_dismissed_by_its_id(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    await scripts({f"event/{EVENT}": "Spark.sendMessageById({}, [Spark.getData().to]);"})
    await log(ana, score="7", to=bo.user_id)
    message_id = (await bo.expect_message("ScriptMessage"))["messageId"]
    await scripts(
        {
            f"event/{EVENT}": """
            var id = Spark.getData().id;
            Spark.setScriptData("dismissed", [
                Spark.getPlayer().dismissMessage(id), Spark.dismissMessage(id), Spark.dismissMessage(id)
            ]);
            """
        }
    )
    answer = await log(ana, score="7", id=message_id)
    assert answer["scriptData"] == {"dismissed": [False, True, False]}
    listed = await bo.request("ListMessageRequest")
    assert listed["messageList"] == []


async def test_messages_sent_before_an_exception_are_on_their_way(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": "Spark.sendMessage({n: 1}, [Spark.player]); undefined.x;"})
    assert "script" in (await log(ana, score="7"))["error"]
    assert (await ana.expect_message("ScriptMessage"))["data"] == {"n": 1}


async def test_many_players_get_theirs_from_one_send(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    players = await asyncio.gather(*(player("Crowd") for _ in range(4)))
    ids = [each.user_id for each in players]
    await scripts({f"event/{EVENT}": "Spark.sendMessageById({n: 1}, Spark.getData().to);"})
    await log(players[0], score="7", to=ids)
    frames = [await each.expect_message("ScriptMessage") for each in players]
    assert [frame["playerId"] for frame in frames] == ids
    (row,) = server.rows(
        "SELECT COUNT(DISTINCT message_id) AS messages FROM messaging_playermessage WHERE id IN (?, ?, ?, ?)",
        *(frame["messageId"] for frame in frames),
    )
    assert row["messages"] == 1
