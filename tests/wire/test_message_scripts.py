"""Scripts around messages (cloud-code.md §2, §3, §4), over real sockets."""

import json
from typing import Any

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

FRIEND = "SendFriendMessageRequest"


async def send(server: DrivenServer, sender: WireClient, *others: WireClient, message: str = "hello") -> None:
    await server.befriend(sender.user_id, *(other.user_id for other in others))
    answer = await sender.request(FRIEND, friendIds=[other.user_id for other in others], message=message)
    assert "error" not in answer, answer


async def test_a_global_script_runs_once_and_shows_in_every_copy(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo, cy = [await player(name) for name in ("Ana", "Bo", "Cy")]
    await scripts(
        {
            "message-global/FriendMessage": """
            Spark.setScriptData("once", Math.random());
            var data = Spark.getData();
            Spark.setScriptData("data", [data["@class"], data.message, data.playerId === undefined]);
            Spark.setScriptData("ids", Spark.getPlayerIds().length);
            Spark.setScriptData("player", Spark.getPlayer());
            """
        }
    )
    await send(server, ana, bo, cy)
    first, second = [await other.expect_message("FriendMessage") for other in (bo, cy)]
    assert first["scriptData"] == second["scriptData"]
    first["scriptData"].pop("once")
    assert first["scriptData"] == {"data": [".FriendMessage", "hello", True], "ids": 2, "player": None}
    assert (first["message"], first["who"], first["messageId"] != second["messageId"]) == (
        "hello",
        "Ana",
        True,
    )


async def test_a_user_script_shapes_each_copy_for_its_recipient(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo, cy = [await player(name) for name in ("Ana", "Bo", "Cy")]
    await scripts(
        {
            "message-global/FriendMessage": "Spark.setScriptData('board', [1, 2]);",
            "message-user/FriendMessage": """
            var player = Spark.getPlayer();
            Spark.setScriptData("for", player.displayName);
            Spark.setScriptData("ids", [Spark.data.messageId, Spark.data.playerId === player.playerId]);
            if (player.displayName === "Cy") {
                Spark.removeScriptData("board");
                Spark.setScriptError("noted", true);
            }
            """,
        }
    )
    await send(server, ana, bo, cy)
    first, second = [await other.expect_message("FriendMessage") for other in (bo, cy)]
    assert first["scriptData"] == {"board": [1, 2], "for": "Bo", "ids": [first["messageId"], True]}
    assert second["scriptData"] == {"for": "Cy", "ids": [second["messageId"], True]}
    assert ("error" in first, second["error"]) == (False, {"noted": True})


async def test_without_anything_set_the_message_has_no_script_data(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    await scripts({"message-global/FriendMessage": "var a;", "message-user/FriendMessage": "var a;"})
    await send(server, ana, bo)
    assert "scriptData" not in await bo.expect_message("FriendMessage")


async def test_a_failing_script_never_loses_the_message(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    await scripts(
        {
            "message-global/FriendMessage": "Spark.setScriptData('kept', 1);",
            "message-user/FriendMessage": "Spark.setScriptData('dropped', 1);\nundefined.x;",
        }
    )
    await send(server, ana, bo)
    frame = await bo.expect_message("FriendMessage")
    assert (frame["message"], frame["scriptData"], "error" in frame) == ("hello", {"kept": 1}, False)
    (row,) = server.rows("SELECT script, line FROM cloudcode_scriptlog WHERE player_id = ?", bo.user_id)
    assert (row["script"], row["line"]) == ("message-user/FriendMessage", 2)


async def test_a_script_that_goes_on_for_ever_never_loses_the_message(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    await scripts({"message-user/FriendMessage": "while (true) {}"})
    async with server.settings(FLINT_SCRIPT_MESSAGE_SECONDS=0.3):
        await send(server, ana, bo)
        assert (await bo.expect_message("FriendMessage"))["message"] == "hello"


async def test_a_copy_is_cancelled_by_dismissing_it(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana, bo, cy = [await player(name) for name in ("Ana", "Bo", "Cy")]
    await scripts(
        {
            "message-user/FriendMessage": """
            if (Spark.player.displayName === "Bo") Spark.dismissMessage(Spark.data.messageId);
            """
        }
    )
    await send(server, ana, bo, cy)
    await cy.expect_message("FriendMessage")
    assert await server.before_marker(bo) == []
    (row,) = server.messages_of(bo.user_id)
    assert (row["state"], row["reason"], bool(row["dismissed"])) == ("closed", "cancelled_by_script", True)


async def test_what_message_scripts_send_comes_after_the_message(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """Each joins the end of the queue: no message overtakes the one that caused it."""
    ana, bo = await player("Ana"), await player("Bo")
    await scripts(
        {
            "message-global/FriendMessage": "Spark.sendMessageById({n: 1}, Spark.getPlayerIds());",
            "message-user/FriendMessage": "Spark.sendMessage({n: 2}, [Spark.player]);",
            "message-user/ScriptMessage": """
            if (Spark.data.data.n === 1) Spark.sendMessage({n: 3}, [Spark.player]);
            """,
        }
    )
    await send(server, ana, bo)
    frames = [await bo.expect_message() for _ in range(4)]
    assert [frame.get("data", {}).get("n") for frame in frames] == [None, 1, 2, 3]


async def test_messages_that_cause_one_another_end_after_sixteen(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    bo = await player("Bo")
    await scripts(
        {"message-user/ScriptMessage": "Spark.sendMessage({n: Spark.data.data.n + 1}, Spark.player);"}
    )
    sent = await server.rest("SendMessageRequest", playerIds=[bo.user_id], data={"n": 0})
    assert "error" not in sent
    for number in range(17):
        assert (await bo.expect_message("ScriptMessage"))["data"] == {"n": number}
    await scripts({})
    assert await server.before_marker(bo) == []


async def test_an_extension_with_a_script_has_that_alone(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    bo = await player("Bo")
    await scripts(
        {
            "message-user/ScriptMessage": "Spark.setScriptData('by', 'plain');",
            "message-user/ScriptMessage_DAILY_GIFT": "Spark.setScriptData('by', 'gift');",
        }
    )
    for ext, expected in (("DAILY_GIFT", "gift"), (None, "plain")):
        fields: dict[str, Any] = {"extCode": ext} if ext else {}
        await server.rest("SendMessageRequest", playerIds=[bo.user_id], data={"gift": "x"}, **fields)
        assert (await bo.expect_message("ScriptMessage"))["scriptData"] == {"by": expected}


async def test_a_large_audience_is_shaped_too(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """By whoever expands it: the same scripts, once and for each."""
    bo = await player("Bo")
    ids = []
    for number in range(101):
        device = f"crowd-{number}-{bo.user_id}"
        ids.append(
            (await server.rest("DeviceAuthenticationRequest", deviceId=device, deviceOS="IOS"))["userId"]
        )
    await scripts(
        {
            "message-global/ScriptMessage": "Spark.setScriptData('once', Math.random());",
            "message-user/ScriptMessage": "Spark.setScriptData('id', Spark.player.playerId);",
        }
    )
    sent = await server.rest("SendMessageRequest", playerIds=[bo.user_id, *ids], data={"n": 1})
    assert sent["queued"] is True
    frame = await bo.expect_message("ScriptMessage")
    rows = await server.await_rows(
        "SELECT player_id, document FROM messaging_playermessage WHERE message_id = ?",
        sent["messageId"],
        count=102,
    )
    data = {row["player_id"]: json.loads(row["document"])["scriptData"] for row in rows}
    assert {each["once"] for each in data.values()} == {frame["scriptData"]["once"]}
    assert all(each["id"] == player_id for player_id, each in data.items())
