"""Rules of cloud-code.md that no test of one topic holds, each named by its section, over real sockets."""

import asyncio
import math
from typing import Any

import pytest
from django.conf import settings

from tests.wire.challenges import create, hears, several
from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient
from tests.wire_games import GAME

EVENT = "SetScoreAndCalculateOutcome"
LOG = "LogEventRequest"


async def results_of(client: WireClient, scripts: SetScripts, text: str, **more: str) -> Any:
    """What the event's script leaves in `r`. `more` scripts: modules by their codes."""
    modules = {f"modules/{code}": each for code, each in more.items()}
    await scripts({f"event/{EVENT}": f"var r = {{}};\n{text}\nSpark.setScriptData('r', r);", **modules})
    answer = await client.request(LOG, eventKey=EVENT, score="7")
    return answer.get("scriptData", answer)["r"]


# --- §1 and §2 ---------------------------------------------------------------------------------------------


async def test_1_names_are_case_sensitive_and_comments_are_no_script(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT.upper()}": "Spark.setScriptError('ran', 1);",
            f"event/{EVENT}": "\ufeff// nothing\r\n/* here */",
            "request/LogEventRequest": "",
        }
    )
    answer = await ana.request(LOG, eventKey=EVENT, score="7")
    assert answer == {"@class": ".LogEventResponse", "requestId": answer["requestId"]}


async def test_2_data_and_player_are_one_object_each_and_getters_are_properties(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    text = """
    r.same = [
        Spark.data === Spark.getData(), Spark.player === Spark.getPlayer(),
        Spark.player === Spark.loadPlayer(me)
    ];
    Spark.data.nested = {more: 1};
    r.nested = Spark.getData().nested;
    r.absent = [Spark.data.nothing === undefined, Spark.getScriptData("unset")];
    Spark.player.displayName = "ignored";
    r.name = [Spark.player.displayName, Spark.config.stage, Spark.log.level, Spark.player.online];
    """
    assert await results_of(ana, scripts, f"var me = '{ana.user_id}';{text}") == {
        "same": [True, True, True],
        "nested": {"more": 1},
        "absent": [True, None],
        "name": ["Ana", "preview", "DEBUG", True],
    }


async def test_2_values_are_copied_null_is_kept_and_undefined_dropped(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var board = [1];
            Spark.setScriptData("board", board);
            board.push(2);
            Spark.getScriptData("board").push(3);
            Spark.setScriptData("nothing", null);
            Spark.setScriptData("dropped", undefined);
            """
        }
    )
    answer = await ana.request(LOG, eventKey=EVENT, score="7", scriptData={"own": 1})
    assert answer["scriptData"] == {"board": [1], "nothing": None}


async def test_2_a_message_about_a_challenge_carries_it(player: Player, scripts: SetScripts) -> None:
    await scripts(
        {
            "message-user/ChallengeIssuedMessage": """
            var challenge = Spark.data.challenge;
            Spark.getChallenge(challenge.challengeId).setScriptData("seen", [
                challenge.challengeId, challenge.challenger.id, challenge.challenger.name,
                challenge.challenged.map(function (each) { return each.id; }),
                challenge.accepted.map(function (each) { return each.id; }), challenge.scriptData,
                Spark.player.playerId, Spark.getPlayerIds()
            ]);
            """
        }
    )
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "MOVES", usersToChallenge=p2.user_id)
    await hears(p2, "Issued", challenge)
    shown = await p1.request("GetChallengeRequest", challengeInstanceId=challenge)
    assert shown["challenge"]["scriptData"]["seen"] == [
        *(challenge, p1.user_id, "P1", [p2.user_id], [p1.user_id], {}),
        *(p2.user_id, [p2.user_id]),
    ]


# --- §4: errors --------------------------------------------------------------------------------------------


async def test_4_an_error_of_a_message_script_travels_and_stops_nothing(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": "Spark.sendMessage({}, [Spark.player]);",
            "message-user/ScriptMessage": "Spark.setScriptError('why', 'because');",
        }
    )
    await ana.request(LOG, eventKey=EVENT, score="7")
    assert (await ana.expect_message("ScriptMessage"))["error"] == {"why": "because"}


async def test_4_what_takes_effect_at_once_stands_after_an_exception(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            f"event/{EVENT}": """
            var me = Spark.getPlayer();
            me.credit("GOLD", 5); me.addVGood("SHIELD", 1); me.addAchievement("TRIGGER_ACH");
            me.setScriptData("lost", 1); me.setSegmentValue("level", "Newbie");
            Spark.setScriptError("kept", 1); Spark.setScriptData("dropped", 1);
            throw "enough";
            """
        }
    )
    answer = await ana.request(LOG, eventKey=EVENT, score="7")
    assert (answer["error"]["kept"], "scriptData" in answer) == (1, False)
    details = await ana.request("AccountDetailsRequest")
    kept = {key: details.get(key) for key in ("virtualGoods", "achievements", "scriptData")}
    assert details["currency1"] == 5
    assert kept == {
        "virtualGoods": {"SHIELD": 1},
        "achievements": ["TRIGGER_ACH"],
        "scriptData": None,
    }


async def test_4_and_7_errors_are_one_map_that_can_be_emptied(player: Player, scripts: SetScripts) -> None:
    """Without errors at the end the request is processed after all."""
    ana = await player("Ana")
    text = """
    Spark.setScriptError("a", 1); Spark.setScriptError("a", {b: 2}); Spark.setScriptError("c", 3);
    r.seen = [Spark.hasScriptErrors(), Spark.getScriptError("a"), Spark.getScriptError("none")];
    Spark.removeScriptError("c");
    r.left = [Spark.getScriptError("c"), Spark.getScriptError("a")];
    Spark.removeAllScriptErrors();
    r.end = Spark.hasScriptErrors();
    """
    assert await results_of(ana, scripts, text) == {
        "seen": [True, {"b": 2}, None],
        "left": [None, {"b": 2}],
        "end": False,
    }


# --- §5: require -------------------------------------------------------------------------------------------


async def test_5_a_module_runs_at_the_top_level_wherever_it_is_asked_for(
    player: Player, scripts: SetScripts
) -> None:
    """In a function, an `if` and a strict function; its names are for all, and it reads what was set."""
    ana = await player("Ana")
    text = """
    given = 3;
    r.returned = [require("TRIPLE"), typeof exports];
    (function () { "use strict"; if (true) { require("OTHER"); } })();
    r.called = [triple(2), fromOther, seen];
    """
    answered = await results_of(
        ana,
        scripts,
        text,
        TRIPLE="function triple(n) { return given * n; }\nvar seen = given;",
        OTHER="'use strict';\nvar fromOther = triple(1);",
    )
    assert answered == {"returned": [None, "undefined"], "called": [6, 3, 3]}


async def test_5_modules_ask_for_modules_once_a_call_and_again_in_another(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    text = """
    var loads = [];
    require("A"); require("A"); requireOnce("A"); requireOnce("D"); requireOnce("D");
    r.loads = loads.join("");
    try { require("NONE"); } catch (e) { r.unknown = e.message; }
    """
    answered = await results_of(
        ana,
        scripts,
        text,
        A="require('B'); require('B'); const twice = 1; loads.push('a');",
        B="require('C'); loads.push('b');",
        C="require('A'); loads.push('c');",
        D="loads.push('d');",
    )
    assert answered == {"loads": "cbacbad", "unknown": "Module not found: NONE"}


async def test_5_a_module_may_be_the_whole_script_and_nothing_leaks_from_run_to_run(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            "response/AccountDetailsResponse": "require('SHARED');",
            "response/LogEventResponse": "require('SHARED');",
            "modules/SHARED": "n = typeof n === 'undefined' ? 1 : n + 1; Spark.setScriptData('n', n);",
        }
    )
    answers = [
        await ana.request(LOG, eventKey=EVENT, score="7"),
        await ana.request("AccountDetailsRequest"),
    ]
    assert [answer["scriptData"] for answer in answers] == [{"n": 1}, {"n": 1}]


# --- §6: requests ------------------------------------------------------------------------------------------


async def test_6_values_are_taken_as_scripts_give_them(player: Player, scripts: SetScripts) -> None:
    """A single id for a list, a Date or an ISO text for a date, a number as text; the class with its dot or
    without."""
    ana, bo = await player("Ana"), await player("Bo")
    text = f"""
    function challenge(end) {{
        var request = new SparkRequests.CreateChallengeRequest();
        request.challengeShortCode = "MOVES"; request.accessType = "PRIVATE";
        request.usersToChallenge = "{bo.user_id}"; request.maxPlayers = "3"; request.endTime = end;
        var answer = request.Send();
        return answer.error || Spark.getChallenge(answer.challengeInstanceId).endDate.getTime();
    }}
    var end = new Date(Date.now() + 3600000), whole = Math.floor(end.getTime() / 1000) * 1000;
    r.ends = [challenge(end) === whole, challenge(end.toISOString()) === whole];
    r.classes = [".AccountDetailsRequest", "AccountDetailsRequest"].map(function (name) {{
        return Spark.sendRequest({{"@class": name}}).displayName;
    }});
    """
    assert await results_of(ana, scripts, text) == {"ends": [True, True], "classes": ["Ana", "Ana"]}


async def test_6_an_invitation_is_accepted_by_the_script_of_its_message(
    player: Player, scripts: SetScripts
) -> None:
    """It starts the challenge and runs the script of that message; messages come in the order of causes."""
    await scripts(
        {
            "message-user/ChallengeIssuedMessage": """
            var accept = new SparkRequests.AcceptChallengeRequest();
            accept.challengeInstanceId = Spark.data.challenge.challengeId;
            accept.Send();
            """,
            "message-user/ChallengeStartedMessage": "Spark.setScriptData('to', Spark.player.playerId);",
        }
    )
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "MOVES", usersToChallenge=p2.user_id)
    for client in (p1, p2):
        assert (await hears(client, "Started", challenge))["scriptData"] == {"to": client.user_id}
    classes = [frame["@class"] for frame in p2.frames if frame["@class"].startswith(".Challenge")]
    assert classes == [f".Challenge{what}Message" for what in ("Issued", "Accepted", "Started")]


# --- §7: objects -------------------------------------------------------------------------------------------


async def test_7_players_are_one_object_an_id_and_segments_are_cleared_by_null(
    player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    text = """
    var me = Spark.getPlayer(), board = {a: [1]};
    r.unknown = [Spark.loadPlayer("nobody"), Spark.getChallenge("none"), me.getScriptData("unset")];
    r.unset = [me.getSegmentValue("level"), me.getPrivateData("unset")];
    me.setSegmentValue("level", "Newbie");
    r.set = [Spark.loadPlayer(me.playerId).getSegmentValue("level"), me.segments];
    me.setSegmentValue("level", null);
    r.cleared = [me.getSegmentValue("level"), me.getSegments()];
    me.setScriptData("board", board);
    board.a.push(2); me.getScriptData("board").a.push(3);
    r.copies = me.getScriptData("board");
    r.elsewhere = Spark.getPlayerIds();
    """
    assert await results_of(ana, scripts, text) == {
        "unknown": [None, None, None],
        "unset": [None, None],
        "set": ["Newbie", {"level": "Newbie"}],
        "cleared": [None, {}],
        "copies": {"a": [1]},
        "elsewhere": [],
    }


async def test_7_an_event_that_takes_a_turn_does_so_after_the_scripts_unless_they_refuse(
    player: Player, scripts: SetScripts
) -> None:
    """Whose turn it is not, is found out after the scripts."""
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "MOVES", usersToChallenge=p2.user_id, maxAttempts=3)
    await p2.request("AcceptChallengeRequest", challengeInstanceId=challenge)
    await hears(p1, "Started", challenge)
    await scripts(
        {
            "event-challenge/CH_MOVE": """
            Spark.setScriptData("ran", 1);
            if (Spark.data.refuse) Spark.setScriptError("no", 1);
            """
        }
    )
    move = {"eventKey": "CH_MOVE", "challengeInstanceId": challenge}
    wrong = await p2.request("LogChallengeEventRequest", **move)
    refused = await p1.request("LogChallengeEventRequest", **move, refuse=True)
    taken = await p1.request("LogChallengeEventRequest", **move)
    again = await p1.request("LogChallengeEventRequest", **move)
    assert [answer.get("scriptData") for answer in (wrong, refused, taken, again)] == [{"ran": 1}] * 4
    assert ["error" in answer for answer in (wrong, refused, taken, again)] == [True, True, False, True]


async def test_7_who_has_just_logged_in_is_online_in_the_response_script(
    player: Player, scripts: SetScripts
) -> None:
    await scripts(
        {"response/AuthenticationResponse": "Spark.setScriptData('online', Spark.player.isOnline());"}
    )
    ana = await player("Ana")
    (answer,) = [frame for frame in ana.frames if frame["@class"] == ".AuthenticationResponse"]
    assert answer["scriptData"] == {"online": True}


async def test_7_who_is_left_when_others_are_removed_does_not_win_by_that(
    player: Player, scripts: SetScripts
) -> None:
    p1, p2 = await several(player, "P1", "P2")
    challenge = await create(p1, "MOVES", usersToChallenge=p2.user_id, maxAttempts=3)
    await p2.request("AcceptChallengeRequest", challengeInstanceId=challenge)
    await hears(p1, "Started", challenge)
    text = f"""
    var challenge = Spark.getChallenge("{challenge}");
    r = [challenge.removePlayer("{p2.user_id}"), challenge.removePlayer("{p2.user_id}"), challenge.runState];
    """
    assert await results_of(p1, scripts, text) == [True, False, "RUNNING"]


async def test_7_keys_of_the_scheduler_are_the_games(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """What one player's run has scheduled, another's replaces."""
    ana, bo = await player("Ana"), await player("Bo")
    given = f"{{n: Spark.data.n, to: '{ana.user_id}'}}"
    plan = f"Spark.getScheduler().inSeconds('TELL', Spark.data.wait, {given}, '{ana.user_id}');"
    tell = "Spark.sendMessageById({n: Spark.data.n, by: Spark.player.playerId}, [Spark.data.to]);"
    await scripts({f"event/{EVENT}": plan, "modules/TELL": tell})
    for number, (client, wait) in enumerate(((ana, 1000), (bo, 0))):
        await client.request(LOG, eventKey=EVENT, score="7", n=number, wait=wait)
    assert (await ana.expect_message("ScriptMessage"))["data"] == {"n": 1, "by": bo.user_id}
    planned = "SELECT module FROM cloudcode_scheduleditem WHERE stage_id = ?"
    assert server.rows(planned, server.stage_id()) == []


# --- §8 and §9: language, limits ---------------------------------------------------------------------------


async def test_8_what_older_engines_took_is_taken(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    text = """
    implicit = 1;
    const once = 2;
    var sum = 0;
    for each (var x in {a: 1, b: 2}) sum += x;
    r.values = [implicit, once, sum, new Date(0).getHours(), [3, 1].indexOf(1)];
    r.missing = [typeof setTimeout, typeof java, typeof process, typeof require.main];
    """
    answered = await results_of(ana, scripts, text)
    assert answered["values"] == [1, 2, 3, 0, 1]
    assert answered["missing"] == ["undefined"] * 4


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("for (;;) Spark.sendMessageById({}, []);", "more than 1000 messages in one run"),
        ("for (;;) Spark.sendRequest({'@class': 'Nothing'});", "more than 200 requests in one run"),
        ("var crowd = []; while (crowd.push('p' + crowd.length) < 10001); Spark.sendMessageById({}, crowd);",
         "more than 10000 recipients of one message"),
        ("Spark.getRedis();", "Spark.getRedis is not available"),
    ],
)  # fmt: skip
async def test_9_limits_are_exceptions(player: Player, scripts: SetScripts, act: str, words: str) -> None:
    ana = await player("Ana")
    assert await results_of(ana, scripts, f"try {{ {act} }} catch (e) {{ r = e.message; }}") == words


async def test_9_what_nobody_waits_for_has_ten_seconds_each(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """A message's scripts, those of the system, plans, callbacks and each player of a bulk job."""
    ana = await player("Ana")

    def tells(name: str) -> str:
        return f"Spark.sendMessageById({{{name}: Spark.getRemainingMilliseconds()}}, ['{ana.user_id}']);"

    await scripts(
        {
            f"event/{EVENT}": f"""
            {tells("request")}
            Spark.getScheduler().inSeconds("PLANNED", 0, {{}});
            Spark.getBulkScheduler().submitJobModule({{_id: {{$oid: "{ana.user_id}"}}}}, "JOB", {{}}, 0);
            """,
            "modules/PLANNED": tells("planned"),
            "modules/JOB": tells("job"),
            "system/GS_PLAYER_CONNECT": tells("system"),
            "callbacks/shop": tells("callback"),
            "message-global/ScriptMessage": "Spark.setScriptData('once', Spark.getRemainingMilliseconds());",
            "message-user/ScriptMessage": "Spark.setScriptData('copy', Spark.getRemainingMilliseconds());",
        }
    )
    await ana.request(LOG, eventKey=EVENT, score="7")
    await player("Bo")
    shop = f"/preview/callback/{GAME.api_key}/shop/{GAME.secrets['shop']}"
    assert await asyncio.to_thread(server.post, shop) == (200, {})
    left: dict[str, float] = {}
    for _ in range(5):
        frame = await ana.expect_message("ScriptMessage")
        left |= frame["data"] | frame["scriptData"]
    assert {name: 5 * math.ceil(each / 5000) for name, each in left.items()} == {
        "request": 5,
        **dict.fromkeys(("planned", "job", "system", "callback", "once", "copy"), 10),
    }
    assert (settings.FLINT_SCRIPT_SECONDS, settings.FLINT_SCRIPT_MESSAGE_SECONDS) == (5, 10)


async def test_9_memory_has_an_end(player: Player, scripts: SetScripts) -> None:
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": "var all = []; for (;;) all.push(new Array(100000).fill(all.length));"})
    answer = await ana.request(LOG, eventKey=EVENT, score="7")
    assert answer["error"]["script"]["message"] == "out of memory"


# --- what the customer asks for by name --------------------------------------------------------------------


@pytest.mark.parametrize("size", [10, 100_000])
async def test_each_accepted_request_is_answered_by_one_message_in_order(
    server: DrivenServer, player: Player, scripts: SetScripts, size: int
) -> None:
    ana = await player("Ana")
    await scripts({f"event/{EVENT}": 'Spark.sendMessage({"foo": Spark.getData().foo}, [Spark.getPlayer()]);'})
    foos = [f"{number}{'x' * size}" for number in range(4)]
    ids = [await ana.post(LOG, eventKey=EVENT, score="7", foo=foo) for foo in foos]
    refused = await ana.request(LOG, eventKey="NONE", foo="none")
    assert refused["error"] == {"eventKey": "INVALID"}
    assert ["error" in await ana.answer(id) for id in ids] == [False] * 4
    heard = await server.before_marker(ana)
    assert [(frame["@class"], frame["data"]) for frame in heard] == [
        (".ScriptMessage", {"foo": foo}) for foo in foos
    ]


async def test_a_repeatable_achievement_sends_its_message_each_time(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    text = "r = [Spark.player.addAchievement('AGAIN'), Spark.player.addAchievement('AGAIN')];"
    assert await results_of(ana, scripts, text) == [True, True]
    assert await results_of(ana, scripts, text) == [True, True]
    heard = [frame["achievementShortCode"] for frame in await server.before_marker(ana)]
    assert heard == ["AGAIN"] * 4
