"""Scripts that run when players come and go, by the clock and after publishing (cloud-code.md §2, §7)."""

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_games import GAME


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


async def test_scripts_of_the_clock_run_once_a_period(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """Without a player or data; what they throw is in script.log alone.

    Not every minute: one may begin while the test runs.
    """
    bo = await player("Bo")
    told = f"""
        var told = {{name: NAME, data: Spark.getData(), player: Spark.getPlayer()}};
        Spark.sendMessageById(told, "{bo.user_id}");
        throw "logged by " + NAME;
    """
    names = ("GS_HOURLY", "GS_DAILY")
    await scripts({f"system/{name}": told.replace("NAME", f'"{name}"') for name in names})
    await server.do("run_job", name="cloudcode.clock")
    server.execute("UPDATE cloudcode_systemtick SET slot = '2026-01-01T00:00'")
    for _ in range(3):
        await server.do("run_job", name="cloudcode.clock")
    frames = [await bo.expect_message("ScriptMessage") for _ in names]
    assert sorted(frame["data"]["name"] for frame in frames) == sorted(names)
    assert [(frame["data"]["data"], frame["data"]["player"]) for frame in frames] == [({}, None)] * 2
    assert await server.before_marker(bo) == []
    sql = "SELECT text FROM cloudcode_scriptlog WHERE script = 'system/GS_DAILY'"
    (row,) = await server.await_rows(sql)
    assert row["text"] == "ERROR: Error: logged by GS_DAILY"


async def test_the_published_script_runs_on_live_once_it_is_published(
    server: DrivenServer, scripts: SetScripts
) -> None:
    """And the game's cache is empty."""
    await scripts(
        {"system/GS_GAME_PUBLISH": "Spark.getLog().error([Spark.config.stage, Spark.getCache().get('a')]);"}
    )
    for stage in ("live", "preview"):
        server.execute(
            "INSERT INTO cloudcode_cacheentry (stage_id, key, value, size, used_ms)"
            " VALUES (?, 'a', '1', 1, 0)",
            server.stage_id(stage=stage),
        )
    sql = "SELECT stage_id, text FROM cloudcode_scriptlog WHERE script = 'system/GS_GAME_PUBLISH'"
    for times in (1, 2):
        await server.command("publish_game", GAME.api_key)
        rows = await server.await_rows(sql, count=times)
        assert rows[-1] == {"stage_id": server.stage_id(stage="live"), "text": '["live",null]'}
    assert server.count("cloudcode_cacheentry") == 0
    await scripts({})
    await server.command("publish_game", GAME.api_key)
