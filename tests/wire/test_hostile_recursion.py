"""Scripts that call themselves by requests, messages, modules and plans: each ends at a limit (§9)."""

import time
from typing import Any

import pytest

from tests.pace import slowness
from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient

EVENT, OTHER = "SetScoreAndCalculateOutcome", "EV_SCORE"
EVENTS = f"event/{EVENT}"
LIMIT = 2.0  # seconds that the scripts of a request have
PLENTY = 20.0  # for what comes to another limit
SPARE = 3.0  # seconds, of a busy machine
AGAIN = f"var e = new SparkRequests.LogEventRequest(); e.eventKey = '{EVENT}'; e.score = '7';"
DEEP = "if (answer.error && answer.error.script) Spark.setScriptData('end', answer.error.script);"
UP = "else if (answer.scriptData) Spark.setScriptData('end', answer.scriptData.end);"
RECURSION = {"scriptData": {"end": "RECURSION"}}
TIMEOUT = {"error": {"script": "TIMEOUT"}}


def failing(message: str, script: str = EVENTS, line: int | None = 1) -> dict[str, Any]:
    fault = {"code": "ERROR", "message": message, "name": script}
    return {"error": {"script": fault if line is None else {**fault, "line": line}}}


TOO_MANY = failing("more than 200 requests in one run")
TOO_DEEP = failing("Maximum call stack size exceeded", line=None)
FORMS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "an event executes itself": ({EVENTS: f"{AGAIN} var answer = e.Execute(); {DEEP} {UP}"}, RECURSION),
    "two events execute each other": (
        {
            EVENTS: f"{AGAIN} e.eventKey = '{OTHER}'; e.SCORE = 1; e.COUNTRY = 'UK';"
            f" var answer = e.Execute(); {DEEP} {UP}",
            f"event/{OTHER}": f"{AGAIN} var answer = e.Execute(); {DEEP} {UP}",
        },
        RECURSION,
    ),
    "a request executes itself as somebody": (
        {EVENTS: f"{AGAIN} var answer = e.ExecuteAs(Spark.player.playerId); {DEEP} {UP}"},
        RECURSION,
    ),
    "a request's script executes the request": (
        {
            EVENTS: "var r = new SparkRequests.AccountDetailsRequest(), answer = r.Execute();"
            " Spark.setScriptData('end', answer.error.script);",
            "request/AccountDetailsRequest": "var r = new SparkRequests.AccountDetailsRequest();"
            " var error = r.Execute().error; if (error) Spark.setScriptError('script', error.script);",
        },
        RECURSION,
    ),
    "a response's script executes the request": (
        {
            EVENTS: "var r = new SparkRequests.AccountDetailsRequest(), answer = r.Execute();"
            " Spark.setScriptData('end', answer.scriptData.end);",
            "response/AccountDetailsResponse": "var r = new SparkRequests.AccountDetailsRequest();"
            f" var answer = r.Execute(); {DEEP} {UP}",
        },
        RECURSION,
    ),
    "each executes three": ({EVENTS: f"{AGAIN} for (var n = 0; n < 3; n++) e.Execute();"}, TOO_MANY),
    "requests in a loop": (
        {EVENTS: "for (;;) Spark.sendRequest({'@class': 'AccountDetailsRequest'});"},
        TOO_MANY,
    ),
    "requests in a loop that catches": (
        {EVENTS: "for (;;) try { Spark.sendRequest({'@class': 'AccountDetailsRequest'}); } catch (e) {}"},
        TIMEOUT,
    ),
    "events in a loop": (
        {EVENTS: f"for (;;) Spark.logEvent('{OTHER}', {{SCORE: 1, COUNTRY: 'UK'}});"},
        TOO_MANY,
    ),
    "log-ins in a loop": (
        {
            EVENTS: "var l = {'@class': 'DeviceAuthenticationRequest', deviceId: 'x', deviceOS: 'IOS'};"
            " for (;;) Spark.sendRequest(l);"
        },
        TOO_MANY,
    ),
    "messages in a loop": (
        {EVENTS: "for (;;) Spark.sendMessageById({}, 'nobody');"},
        failing("more than 1000 messages in one run"),
    ),
    "a message to many": (
        {
            EVENTS: "var ids = []; for (var n = 0; n < 10001; n++) ids.push('nobody' + n);"
            " Spark.sendMessageById({}, ids);"
        },
        failing("more than 10000 recipients of one message"),
    ),
    "plans in a loop": (
        {
            EVENTS: "for (;;) Spark.getScheduler().inSeconds('LATER', 1e6, {}, 'of-a-test');",
            "modules/LATER": "// nothing",
        },
        failing("more than 1000 scheduled modules in one run"),
    ),
    "modules in a ring": (
        {
            EVENTS: "require('A'); Spark.setScriptData('end', [a, b]);",
            "modules/A": "var a = 1; require('B');",
            "modules/B": "var b = typeof a; require('A'); require('B');",
        },
        {"scriptData": {"end": [1, "number"]}},
    ),
    "a module that is included for ever": (
        {EVENTS: "for (;;) require('A');", "modules/A": "var a = 1;"},
        TIMEOUT,
    ),
    "a module's function that includes it": (
        {EVENTS: "require('A'); again();", "modules/A": "function again() { require('A'); again(); }"},
        TOO_DEEP,
    ),
    "a script as its own text": (
        {EVENTS: "var text = 'eval(text)'; eval(text);"},
        TOO_DEEP,
    ),
}


async def log(client: WireClient) -> dict[str, Any]:
    answer = await client.request("LogEventRequest", within=30, eventKey=EVENT, score="7")
    return {name: each for name, each in answer.items() if name not in ("requestId", "@class")}


@pytest.mark.parametrize("form", FORMS)
async def test_it_ends_at_its_limit_and_the_next_request_goes_well(
    server: DrivenServer, player: Player, scripts: SetScripts, form: str
) -> None:
    texts, expected = FORMS[form]
    ana = await player("Ana")
    async with server.settings(FLINT_SCRIPT_SECONDS=LIMIT if expected == TIMEOUT else PLENTY):
        await scripts(texts)
        began, pace = time.monotonic(), slowness()
        assert await log(ana) == expected
        took = time.monotonic() - began
        assert took < (LIMIT if expected == TIMEOUT else PLENTY) + SPARE * max(pace, slowness())
    await scripts({EVENTS: "Spark.setScriptData('next', 1);"})
    assert await log(ana) == {"scriptData": {"next": 1}}
    assert await server.before_marker(ana) == []
    server.execute("DELETE FROM cloudcode_scheduleditem")


NEXT = "var next = {n: 1 + Spark.data.data.n};"
TWO = f"{NEXT} for (var i = 0; i < 2; i++) Spark.sendMessageById(next, Spark.getPlayerIds());"
CHAINS = {
    "each recipient's script sends two": {"message-user/ScriptMessage": TWO},
    "the message's script sends two": {"message-global/ScriptMessage": TWO},
    "each executes an event that sends two": {
        "message-user/ScriptMessage": f"{AGAIN} e.data = Spark.data.data; e.ids = Spark.getPlayerIds();"
        " e.Execute();",
        EVENTS: TWO.replace("Spark.getPlayerIds()", "Spark.data.ids"),
    },
}


@pytest.mark.parametrize("form", CHAINS)
async def test_messages_that_cause_two_each_end_after_so_many(
    server: DrivenServer, player: Player, scripts: SetScripts, form: str
) -> None:
    """They would be 131,071. What is dropped is dropped by whose limit it is: another message goes out."""
    bo = await player("Bo")
    async with server.replaced("messaging.chains", "MOST_CAUSED", 40):
        await scripts(CHAINS[form])
        await server.rest("SendMessageRequest", playerIds=[bo.user_id], data={"n": 0})
        steps = [(await bo.expect_message("ScriptMessage"))["data"]["n"] for _ in range(41)]
        await scripts({})
        assert await server.before_marker(bo) == []
    assert [steps.count(n) for n in range(4)] == [1, 2, 4, 8]
    assert max(steps) <= 6
