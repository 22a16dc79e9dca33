"""Scripts around requests (cloud-code.md §2 to §6), over real sockets."""

import asyncio
import json
from typing import Any

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

EVENT = "SetScoreAndCalculateOutcome"
LOG = "LogEventRequest"


async def log(client: WireClient, key: str = EVENT, **fields: Any) -> dict[str, Any]:
    answer = await client.request(LOG, eventKey=key, **({"score": "7"} if key == EVENT else {}), **fields)
    answer.pop("requestId")
    return answer


def posts(server: DrivenServer, client: WireClient) -> int:
    return len(server.rows("SELECT id FROM competition_postrecord WHERE player_id = ?", client.user_id))


def script_data_of(server: DrivenServer, client: WireClient) -> Any:
    (row,) = server.rows("SELECT script_data FROM players_player WHERE id = ?", client.user_id)
    data = row["script_data"]
    return json.loads(data) if isinstance(data, str) else data  # PostgreSQL's is read already


# --- §2: what each point gets ------------------------------------------------------------------------------


async def test_2_a_script_gets_the_request_as_it_was_sent(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var data = Spark.getData();
            data.nested.changed = true;
            Spark.setScriptData("data", data);
            Spark.setScriptData("player", [Spark.getPlayer().getPlayerId(), Spark.player.displayName]);
            Spark.setScriptData("absent", Spark.getData().absent === undefined);
            Spark.setScriptData("own", Spark.getData().scriptData);
            """
        }
    )
    answer = await log(ana, nested={"a": 1}, scriptData={"by": "client"})
    data = answer["scriptData"].pop("data")
    assert data.pop("requestId")
    assert data == {
        "@class": ".LogEventRequest",
        "eventKey": EVENT,
        "score": "7",
        "nested": {"a": 1, "changed": True},
        "scriptData": {"by": "client"},
    }
    assert answer["scriptData"] == {"player": [ana.user_id, "Ana"], "absent": True, "own": {"by": "client"}}


async def test_2_before_log_in_there_is_no_player_and_the_response_has_who_logged_in(
    player: Player, scripts: SetScripts, connect: Any
) -> None:
    await scripts(
        {
            "request/DeviceAuthenticationRequest": "Spark.setScriptData('before', Spark.getPlayer());",
            "response/AuthenticationResponse": "Spark.setScriptData('after', Spark.player.playerId);",
        }
    )
    client = await connect()
    answer = await client.device_log_in("device-of-scripts")
    assert answer["scriptData"] == {"before": None, "after": client.user_id}


async def test_2_script_data_is_handed_on_to_the_response_script_which_may_remove_it(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"request/{LOG}": "Spark.setScriptData('board', [1]);",
            f"event/{EVENT}": "Spark.setScriptData('board', Spark.getScriptData('board').concat(2));",
            "response/LogEventResponse": """
            Spark.setScriptData("seen", Spark.data.scriptData.board.concat(Spark.getScriptData("board")));
            Spark.removeScriptData("board");
            """,
        }
    )
    assert (await log(ana))["scriptData"] == {"seen": [1, 2, 1, 2]}


# --- §3: the order of one request --------------------------------------------------------------------------


async def test_3_a_request_that_is_not_valid_runs_no_script(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"request/{LOG}": "Spark.setScriptData('ran', 1);",
            "response/LogEventResponse": "Spark.setScriptData('ran', 2);",
        }
    )
    answer = await ana.request(LOG)
    answer.pop("requestId")
    assert answer == {"@class": ".LogEventResponse", "error": {"eventKey": "REQUIRED"}}


async def test_3_an_error_rejects_the_request_and_skips_what_follows(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"request/{LOG}": "Spark.setScriptError('no', {why: 1}); Spark.setScriptData('goes', 'on');",
            f"event/{EVENT}": "Spark.setScriptData('event', 1);",
            "response/LogEventResponse": "Spark.setScriptData('response', 1);",
        }
    )
    assert await log(ana) == {
        "@class": ".LogEventResponse",
        "error": {"no": {"why": 1}},
        "scriptData": {"goes": "on"},
    }
    assert posts(server, ana) == 0


async def test_3_an_error_of_the_processing_reaches_the_response_script(
    player: Player, scripts: SetScripts
) -> None:
    """Which adds to it, and cannot make it undone."""
    ana = await player("Ana")
    await scripts(
        {
            "response/LogEventResponse": """
            Spark.setScriptData("seen", [Spark.getData().error, Spark.getScriptError("eventKey")]);
            Spark.removeAllScriptErrors();
            Spark.setScriptError("more", 1);
            """
        }
    )
    answer = await log(ana, key="NONE")
    assert answer["error"] == {"eventKey": "INVALID", "more": 1}
    assert answer["scriptData"] == {"seen": [{"eventKey": "INVALID"}, "INVALID"]}


async def test_3_challenge_events_run_their_own_scripts_under_both_names_of_the_challenge(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            "event-challenge/CH_MOVE": """
            Spark.setScriptError("seen", [Spark.data.challengeId, Spark.data.challengeInstanceId]);
            """,
            "event/CH_MOVE": "Spark.setScriptError('wrong', 1);",
        }
    )
    answer = await ana.request("LogChallengeEventRequest", eventKey="CH_MOVE", challengeInstanceId="c1")
    assert answer["error"] == {"seen": ["c1", "c1"]}


async def test_3_a_durable_request_is_done_once_and_answered_by_the_same_bytes(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": "Spark.setScriptData('at', Math.random());",
            "response/LogEventResponse": "Spark.setScriptData('response', Math.random());",
        }
    )
    request_id = ana.durable_id()
    first = await ana.request(LOG, request_id=request_id, eventKey=EVENT, score="7")
    again = await ana.request(LOG, request_id=request_id, eventKey=EVENT, score="7")
    assert set(first["scriptData"]) == {"at", "response"}
    assert ana.text_of(again) == ana.text_of(first)
    assert posts(server, ana) == 1


# --- §4: ending, errors, exceptions ------------------------------------------------------------------------


async def test_4_exit_rejects_nothing_and_the_event_script_still_runs(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"request/{LOG}": "try { throw 1; } catch (e) { Spark.exit(); } Spark.setScriptError('no', 1);",
            f"event/{EVENT}": "Spark.setScriptData('event', 1);",
        }
    )
    assert await log(ana) == {"@class": ".LogEventResponse", "scriptData": {"event": 1}}
    assert posts(server, ana) == 1


async def test_4_an_exception_rejects_the_request_and_says_where_it_was(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {f"event/{EVENT}": "Spark.setScriptError('kept', 1);\nSpark.setScriptData('x', 1);\nthrow 'a text';"}
    )
    answer = await log(ana)
    assert answer["error"].pop("script") in (
        {"code": "ERROR", "message": "a text", "name": f"event/{EVENT}"},
        {"code": "ERROR", "message": "a text", "name": f"event/{EVENT}", "line": 3},
    )
    assert answer == {"@class": ".LogEventResponse", "error": {"kept": 1}}
    assert posts(server, ana) == 0


async def test_4_an_exception_of_a_response_script_leaves_the_response_its_fields(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts({"response/AccountDetailsResponse": "\n\nundefined.x;"})
    answer = await ana.request("AccountDetailsRequest")
    assert answer["userId"] == ana.user_id
    message = answer["error"]["script"].pop("message")
    assert "undefined" in message
    assert answer["error"] == {
        "script": {"code": "ERROR", "name": "response/AccountDetailsResponse", "line": 3}
    }


async def test_4_the_time_limit_is_one_for_all_scripts_of_a_request(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    wait = "var t = Date.now(); while (Date.now() - t < 300) {}"
    async with server.settings(FLINT_SCRIPT_SECONDS=0.5):
        await scripts({f"request/{LOG}": wait, f"event/{EVENT}": f"{wait} Spark.setScriptData('x', 1);"})
        assert (await log(ana))["error"] == {"script": "TIMEOUT"}
        await scripts({f"event/{EVENT}": "while (true) {}"})
        assert (await log(ana))["error"] == {"script": "TIMEOUT"}
    await scripts({f"event/{EVENT}": "Spark.setScriptData('left', Spark.getRemainingMilliseconds());"})
    assert 1000 < (await log(ana))["scriptData"]["left"] <= 5000


async def test_4_every_exception_is_in_script_log(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": "Spark.getLog().warn({n: 1});\nvar o = null;\no.x;"})
    await log(ana)
    rows = server.rows(
        "SELECT level, script, line, text, run FROM cloudcode_scriptlog WHERE player_id = ? ORDER BY id",
        ana.user_id,
    )
    assert [(row["level"], row["script"], row["line"]) for row in rows] == [
        ("WARN", f"event/{EVENT}", 1),
        ("ERROR", f"event/{EVENT}", 3),
    ]
    assert rows[0]["text"] == '{"n":1}'
    assert rows[1]["text"].startswith("ERROR: TypeError: ")
    assert rows[0]["run"] == rows[1]["run"]


async def test_4_a_killed_sandbox_process_fails_that_request_alone(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": "while (!Spark.data.quick) {} Spark.setScriptData('done', 1);"})
    slow = asyncio.create_task(log(ana))
    while not await server.kill_sandboxes():
        pass
    error = (await slow)["error"]["script"]
    assert (error["code"], error["name"]) == ("ERROR", f"event/{EVENT}")
    assert (await log(ana, quick=True))["scriptData"] == {"done": 1}


async def test_4_live_says_no_more_than_that_there_was_an_error(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """And in script.log stands nothing below INFO."""
    text = "Spark.getLog().debug('left out'); Spark.getLog().info('kept'); secret.of.the.game();"
    await scripts({f"event/{EVENT}": text})
    server.manage("publish_game", "Wire01234567")
    try:
        ana = await player("Ana", stage="live")
        async with asyncio.timeout(10):
            while "error" not in (answer := await log(ana)):  # noqa: ASYNC110 - it takes a moment to be live
                await asyncio.sleep(0.1)
        assert answer == {"@class": ".LogEventResponse", "error": {"script": "ERROR"}}
        sql = "SELECT level FROM cloudcode_scriptlog WHERE player_id = ? ORDER BY id"
        assert [row["level"] for row in server.rows(sql, ana.user_id)] == ["INFO", "ERROR"]
    finally:
        await scripts({})
        server.manage("publish_game", "Wire01234567")


# --- §6: requests from scripts -----------------------------------------------------------------------------


async def test_6_send_runs_no_request_scripts_and_execute_does(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var request = new SparkRequests.AccountDetailsRequest();
            Spark.setScriptData("sent", request.Send());
            Spark.setScriptData("executed", request.Execute());
            """,
            "request/AccountDetailsRequest": "Spark.setScriptData('ran', Spark.getPlayer().getPlayerId());",
        }
    )
    data = (await log(ana))["scriptData"]
    assert data["sent"]["@class"] == ".AccountDetailsResponse"
    assert data["sent"]["userId"] == ana.user_id
    assert "scriptData" not in data["sent"]
    assert data["executed"]["scriptData"] == {"ran": ana.user_id}


async def test_6_requests_go_as_another_player_and_refusals_are_answers(
    player: Player, scripts: SetScripts
) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    await scripts(
        {
            f"event/{EVENT}": """
            var details = new SparkRequests.AccountDetailsRequest();
            Spark.setScriptData("found", [
                details.SendAs(Spark.data.to).userId,
                Spark.sendRequestAs({"@class": ".AccountDetailsRequest"}, Spark.data.to).displayName,
                details.SendAs("nobody").error,
                Spark.sendRequest({"@class": "NoSuchRequest"}).error,
                Spark.sendRequest({"@class": "LogEventRequest", eventKey: "NONE"}).error
            ]);
            """
        }
    )
    assert (await log(ana, to=bo.user_id))["scriptData"] == {
        "found": [
            bo.user_id,
            "Bo",
            {"playerId": "INVALID"},
            {"@class": "UNKNOWN"},
            {"eventKey": "INVALID"},
        ]
    }


async def test_6_without_a_current_player_one_is_required(
    player: Player, scripts: SetScripts, connect: Any
) -> None:
    await scripts(
        {
            "request/DeviceAuthenticationRequest": """
            Spark.setScriptData("error", Spark.sendRequest({"@class": "AccountDetailsRequest"}).error);
            """
        }
    )
    client = await connect()
    answer = await client.device_log_in("device-of-nobody")
    assert answer["scriptData"] == {"error": {"player": "REQUIRED"}}


async def test_6_an_event_is_logged_by_its_attributes(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """Numbers may be texts; `logEvent` runs no event script and returns nothing."""
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var event = new SparkRequests.LogEventRequest();
            event.eventKey = "EV_SCORE"; event.SCORE = "12"; event.COUNTRY = "UK";
            var logged = Spark.logEvent("EV_SCORE", {SCORE: 30, COUNTRY: "UK"});
            Spark.setScriptData("answers", [event.Send(), logged === undefined]);
            """,
            "event/EV_SCORE": "Spark.setScriptError('must', 'not run');",
        }
    )
    assert (await log(ana))["scriptData"] == {"answers": [{"@class": ".LogEventResponse"}, True]}
    rows = server.rows(
        "SELECT counted FROM competition_totalrecord WHERE player_id = ? AND total = 'EV_SUM'", ana.user_id
    )
    assert [json.loads(row["counted"])["SUM-SCORE"] for row in rows] == [42]


async def test_6_requests_within_requests_end_at_a_depth_of_eight(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var event = new SparkRequests.LogEventRequest();
            event.eventKey = Spark.data.eventKey; event.score = "7";
            var answer = event.Execute();
            if (answer.error) Spark.setScriptData("deep", [answer.error]);
            else Spark.setScriptData("deep", [answer.scriptData.deep.length].concat(answer.scriptData.deep));
            """
        }
    )
    deep = (await log(ana))["scriptData"]["deep"]
    assert (len(deep), deep[-1]) == (9, {"script": "RECURSION"})


async def test_6_an_authentication_request_rebinds_no_socket(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var log_in = new SparkRequests.DeviceAuthenticationRequest();
            log_in.deviceId = "another-device"; log_in.deviceOS = "IOS";
            Spark.setScriptData("other", log_in.Send().userId);
            """
        }
    )
    other = (await log(ana))["scriptData"]["other"]
    assert other not in (None, ana.user_id)
    assert (await ana.request("AccountDetailsRequest"))["userId"] == ana.user_id


# --- §7: players -------------------------------------------------------------------------------------------


async def test_7_what_is_kept_of_a_player_is_saved_key_by_key_at_the_end(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var me = Spark.getPlayer(), same = Spark.loadPlayer(me.getPlayerId());
            if (Spark.data.step === 1) {
                me.setScriptData("a", {n: 1}); me.setPrivateData("secret", [1]); me.setScriptData("b", 1);
                var copy = same.getScriptData("a"); copy.n = 99;
                Spark.setScriptData("seen", [same.getScriptData("a"), same === me, me.getScriptData("no")]);
            } else {
                me.removeScriptData("b");
                var kept = [me.getScriptData("a"), me.getScriptData("b"), me.getPrivateData("secret")];
                Spark.setScriptData("seen", kept);
            }
            """
        }
    )
    assert (await log(ana, step=1))["scriptData"] == {"seen": [{"n": 1}, True, None]}
    assert (await log(ana, step=2))["scriptData"] == {"seen": [{"n": 1}, None, [1]]}
    assert script_data_of(server, ana) == {"a": {"n": 1}}


async def test_7_what_was_set_before_an_exception_is_not_saved_but_what_was_persisted_is(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var me = Spark.getPlayer();
            me.setScriptData("a", 1); me.persist(); me.setScriptData("b", 1); throw 1;
            """
        }
    )
    await log(ana)
    assert script_data_of(server, ana) == {"a": 1}


async def test_7_players_of_the_stage_are_found_and_no_others(player: Player, scripts: SetScripts) -> None:
    ana, bo = await player("Ana"), await player("Bo")
    elsewhere = await player("Cy", stage="live")
    await scripts(
        {
            f"event/{EVENT}": """
            var ids = Spark.data.ids;
            Spark.setScriptData("found", ids.map(function (id) {
                var player = Spark.loadPlayer(id);
                return player === null ? null : [player.displayName, player.isOnline()];
            }));
            """
        }
    )
    ids = [ana.user_id, bo.user_id, elsewhere.user_id, "nobody"]
    assert (await log(ana, ids=ids))["scriptData"] == {"found": [["Ana", True], ["Bo", True], None, None]}


async def test_7_disconnect_spares_the_socket_of_the_run_if_asked_to(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": "Spark.getPlayer().disconnect(Spark.data.spare);"})
    assert await log(ana, spare=True) == {"@class": ".LogEventResponse"}
    assert (await ana.request("AccountDetailsRequest"))["userId"] == ana.user_id
    assert await log(ana, spare=False) == {"@class": ".LogEventResponse"}
    await ana.expect_message("SessionTerminatedMessage")
    assert (await ana.request("AccountDetailsRequest"))["error"] == {"authentication": "NOTAUTHORIZED"}
