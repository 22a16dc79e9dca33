"""Scripts that run when players come and go (cloud-code.md §2, §7)."""

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer


async def test_the_connect_script_runs_after_the_log_ins_answer(player: Player, scripts: SetScripts) -> None:
    await scripts(
        {
            "system/GS_PLAYER_CONNECT": """
            var me = Spark.getPlayer();
            Spark.sendMessage({online: me.isOnline(), data: Spark.getData(), session: Spark.sessionId}, [me]);
            Spark.setScriptData("goes", "nowhere");
            """
        }
    )
    ana = await player("Ana")
    frame = await ana.expect_message("ScriptMessage")
    assert frame["data"] == {"online": True, "data": {}, "session": ana.session_id}
    assert [each["@class"] for each in ana.frames[-2:]] == [".AuthenticationResponse", ".ScriptMessage"]


async def test_the_disconnect_script_knows_who_left_and_whether_another_socket_is_open(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """What it throws is in script.log alone."""
    bo = await player("Bo")
    ana = await player("Ana")
    await scripts(
        {
            "system/GS_PLAYER_DISCONNECT": f"""
            var left = {{name: Spark.player.displayName, online: Spark.player.isOnline()}};
            Spark.sendMessageById(left, "{bo.user_id}");
            throw "logged";
            """
        }
    )
    await ana.close()
    assert (await bo.expect_message("ScriptMessage"))["data"] == {"name": "Ana", "online": False}
    sql = "SELECT text FROM cloudcode_scriptlog WHERE script = 'system/GS_PLAYER_DISCONNECT'"
    (row,) = await server.await_rows(sql)
    assert row["text"] == "ERROR: Error: logged"
