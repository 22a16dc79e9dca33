"""What developers see of their scripts' runs, and running one by hand."""

import json
import re

import pytest

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_games import GAME

EVENT = "event/CH_MOVE"
TEXT = """
require("SAYS");
say("played");
var me = Spark.getPlayer();
me.setScriptData("moves", 1);
me.credit1(5);
me.disconnect(false);
Spark.message("DAILY_GIFT").setPlayerIds([me.playerId]).setMessageData({gift: Spark.data.gift}).send();
Spark.setScriptData("moved", true);
"""
MODULE = "function say(what) {\n    Spark.getLog().info(what);\n}"


async def test_a_run_leaves_a_record_and_entries_with_versions(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts({EVENT: "throw 'first'", "modules/SAYS": MODULE})
    await scripts(
        {EVENT: "require('SAYS'); say('hi'); Spark.player.isOnline(); nothing();", "modules/SAYS": MODULE}
    )
    await ana.request("LogEventRequest", eventKey="CH_MOVE")
    sql = "SELECT * FROM cloudcode_scriptrun WHERE player_id = ?"
    (run,) = await server.await_rows(sql, ana.user_id)
    number = run["version"]
    assert (run["script"], run["outcome"], run["calls"], number > 1) == (EVENT, "ERROR", 1, True)
    assert run["error"] == "ERROR: ReferenceError: nothing is not defined"
    assert 0 < run["took_ms"] < 5000
    rows = server.rows("SELECT * FROM cloudcode_scriptlog WHERE run = ? ORDER BY id", run["id"])
    assert [(row["binding"], row["script"], row["line"], row["version"]) for row in rows] == [
        (EVENT, "modules/SAYS", 2, 1),
        (EVENT, EVENT, 1, number),
    ]
    printed = await server.command("script_log", GAME.api_key, "--json", "--player", ana.user_id)
    said, failed = [json.loads(line) for line in printed.splitlines()]
    assert said | {"time": "", "run": ""} == {
        "time": "",
        "stage": "preview",
        "level": "INFO",
        "binding": EVENT,
        "script": "modules/SAYS",
        "version": 1,
        "line": 2,
        "player": ana.user_id,
        "run": "",
        "text": '"hi"',
    }
    assert (failed["level"], failed["run"]) == ("ERROR", run["id"])
    options = ("--player", ana.user_id, "--stage", "preview", "--level", "WARN", "--script", EVENT)
    (line,) = (await server.command("script_log", GAME.api_key, *options)).splitlines()
    assert line.partition(" preview ")[2] == (
        f"ERROR {EVENT} v{number}:1 {ana.user_id} ERROR: ReferenceError: nothing is not defined"
    )


async def test_a_dry_run_lists_what_it_would_do_and_does_none_of_it(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts({EVENT: TEXT, "modules/SAYS": MODULE})
    before = server.counts()
    told = server.manage(
        "run_script", GAME.api_key, EVENT, "--player", ana.user_id, "--data", '{"gift": "die"}', "--dry-run"
    ).splitlines()
    assert told[0] == 'log      INFO  modules/SAYS:2 "played"'
    assert f'call     player.disconnect (not done) ["{ana.user_id}", false]' in told
    assert f'call     holdings.credit ["{ana.user_id}", 1, 5, null]' in told
    assert 'message  ScriptMessage DAILY_GIFT to 1 player {"data": {"gift": "die"}}' in told
    assert "data     moved true" in told
    assert told[-1] == "Dry run: all of it was undone, and nothing was sent."
    assert server.counts() == before
    (row,) = server.rows("SELECT script_data FROM players_player WHERE id = ?", ana.user_id)
    assert row["script_data"] in ("{}", {})
    assert await server.before_marker(ana) == []


async def test_a_run_by_hand_is_a_real_one(server: DrivenServer, player: Player, scripts: SetScripts) -> None:
    """Its messages are delivered by the server, which knows who is online."""
    ana = await player("Ana")
    await scripts({EVENT: TEXT.replace("me.disconnect(false);", ""), "modules/SAYS": MODULE})
    told = server.manage("run_script", GAME.api_key, EVENT, "--player", ana.user_id).splitlines()
    assert told[-1] == "The server delivers its messages within seconds."
    server.execute("UPDATE messaging_playermessage SET due_ms = 0 WHERE player_id = ?", ana.user_id)
    await server.do("run_job", name="messaging.sweep")
    assert (await ana.expect_message("ScriptMessage"))["extCode"] == "DAILY_GIFT"


async def test_what_cannot_be_run_is_a_sentence(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    await scripts({EVENT: "throw 'no';"})
    refused = server.manage("run_script", GAME.api_key, EVENT, code=1)
    assert f"CommandError: {EVENT} ended with ERROR: Error: no" in refused
    for arguments, sentence in (
        (("event/GONE",), f"has no script event/GONE; it has {EVENT}."),
        ((EVENT, "--player", "nobody"), "has no player nobody."),
    ):
        with pytest.raises(AssertionError, match=re.escape(sentence)):
            await server.command("run_script", GAME.api_key, *arguments)
