"""What a sandbox process asks for is checked, whoever it is that asks."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cloudcode.budget import Budget
from cloudcode.host import Caller, ScriptHost
from cloudcode.logs import RunLog
from cloudcode.models import CacheEntry, ScheduledItem, ScriptLog
from cloudcode.operations.requests import fitted
from cloudcode.sandbox.running import LogLine, Refused, Script
from cloudcode.sandbox.sources import Source
from games.config_store import configs
from games.models import Stage
from messaging.models import Message, PlayerMessage
from players.models import Player
from protocol.run import Run
from realtime import database

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGE = {"extCode": None, "playerIds": ["p"], "data": {}, "overrides": {}, "at": ["event/X", 1]}
REQUEST = {
    "document": {"@class": "AccountDetailsRequest"},
    "playerId": None,
    "runsScripts": False,
    "at": ["x", 1],
}
HTTP = {"method": "GET", "url": "http://x.org", "headers": {}, "auth": None, "body": None, "type": None}
MAIL = {"to": [["a@example.org", ""]], "from": None, "subject": "", "text": None, "html": None} | {
    "replyTo": None,
    "bcc": [],
    "headers": {},
}
SAVE = {"scriptData": {}, "privateData": {}, "segments": {}}


async def host_of(stage: Stage) -> ScriptHost:
    config = await database.run(configs.current, stage.pk)
    script = Script("event/X", Source("h", "x"))
    return ScriptHost(script, Caller(config, Run(), Budget.of_seconds(5)), RunLog(stage.pk, "x", None), None)


async def ask(host: ScriptHost, operation: str, *arguments: Any) -> Any:
    return await host.call(operation, list(arguments), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("no.such", []),
        ("player.load", []),
        ("player.load", [5]),
        ("player.load", [{"$ne": ""}]),
        ("player.save", ["p", {"scriptData": 5}]),
        ("player.save", ["nobody", SAVE | {"scriptData": {"a": 1}}]),
        ("player.devices", [None]),
        ("message.send", [{}]),
        ("message.send", [MESSAGE | {"playerIds": "p"}]),
        ("message.send", [MESSAGE | {"playerIds": [5]}]),
        ("message.send", [MESSAGE | {"overrides": {"expireAfterHours": "x"}}]),
        ("message.send", [MESSAGE | {"overrides": {"expireAfterHours": 1e300}}]),
        ("message.send", [MESSAGE | {"at": 5}]),
        ("message.dismiss", [5, None]),
        ("request.send", [REQUEST | {"document": []}]),
        ("request.send", [REQUEST | {"runsScripts": "yes"}]),
        ("properties.one", [[]]),
        ("scheduler.inSeconds", ["M", 1, {}, 5]),
        ("scheduler.inSeconds", ["", 1, {}, None]),
        ("scheduler.cancel", ["\0", ["x", 1]]),
        ("cache.get", [None]),
        ("cache.get", ["k" * 201]),
        ("cache.put", ["k", {"a": "\0"}]),
        ("cache.remove", [["k"] * 10_001]),
        ("lock.take", ["x", "soon"]),
        ("lock.take", ["\0", 1]),
        ("lock.give", ["n" * 201, False]),
        ("digest.hash", ["md4", "hex", "x"]),
        ("digest.hmac", ["md5", "base64", "?", "x", "hex"]),
        ("http.call", [HTTP | {"method": "CONNECT"}]),
        ("http.call", [HTTP | {"url": "http://[::1"}]),
        ("http.call", [HTTP | {"url": "file:///etc/passwd"}]),
        ("http.call", [HTTP | {"url": "http://127.0.0.1/"}]),
        ("http.call", [HTTP | {"headers": {"host": "x"}}]),
        ("mail.send", [{}]),
        ("mail.send", [MAIL]),
    ],
)
async def test_what_fits_no_operation_is_refused(stage: Stage, operation: str, arguments: list[Any]) -> None:
    host = await host_of(stage)
    with pytest.raises(Refused):
        await ask(host, operation, *arguments)


async def test_no_operation_reaches_another_stage(stage: Stage, add_player: Callable[..., Player]) -> None:
    theirs = add_player("theirs", stage=stage.game.stage("live"))
    host = await host_of(stage)
    before = await database.run(lambda: Player.objects.filter(pk=theirs.pk).values().get())
    assert await ask(host, "player.load", theirs.pk) is None
    assert await ask(host, "player.online", theirs.pk) is False
    assert await ask(host, "player.devices", theirs.pk) == []
    with pytest.raises(Refused):
        await ask(host, "player.save", theirs.pk, SAVE | {"scriptData": {"a": 1}})
    await ask(host, "message.send", MESSAGE | {"playerIds": [theirs.pk]})
    answer = await ask(host, "request.send", REQUEST | {"playerId": theirs.pk})
    assert answer["error"] == {"playerId": "INVALID"}
    await ask(host, "player.disconnect", theirs.pk, False)
    await ask(host, "scheduler.inSeconds", "M", 1000, None, "k")
    await ask(host, "cache.put", "k", 1)
    for row in (CacheEntry, ScheduledItem):
        await database.run(lambda row=row: row.objects.update(stage_id=theirs.stage_id))
    await ask(host, "scheduler.cancel", "k", ["x", 1])
    await ask(host, "cache.remove", ["k"])
    await ask(host, "cache.clear")
    assert (await ask(host, "cache.get", "k"), await ask(host, "cache.keys")) == (None, [])
    assert await database.run(lambda: (CacheEntry.objects.count(), ScheduledItem.objects.count())) == (1, 1)
    assert host.caller.run.deliveries == []
    assert await database.run(lambda: Player.objects.filter(pk=theirs.pk).values().get()) == before
    assert await database.run(lambda: (Message.objects.count(), PlayerMessage.objects.count())) == (0, 0)


async def test_requests_of_administrators_are_not_for_scripts(stage: Stage) -> None:
    host = await host_of(stage)
    answer = await ask(host, "request.send", REQUEST | {"document": {"@class": "BroadcastRequest"}})
    assert answer["error"] == {"@class": "NOT_ALLOWED"}


async def test_messages_and_requests_of_a_run_are_counted(
    stage: Stage, add_player: Callable[..., Player]
) -> None:
    host = await host_of(stage)
    host.caller.budget.messages, host.caller.budget.requests = 999, 199
    await ask(host, "message.send", MESSAGE)
    await ask(host, "request.send", REQUEST)
    for operation, argument in (("message.send", MESSAGE), ("request.send", REQUEST)):
        with pytest.raises(Refused, match="more than"):
            await ask(host, operation, argument)


async def test_large_data_of_a_player_is_refused(stage: Stage, add_player: Callable[..., Player]) -> None:
    ana, host = add_player("ana"), await host_of(stage)
    large = {"a": "x" * 200_000}
    await ask(host, "player.save", ana.pk, SAVE | {"scriptData": large})
    with pytest.raises(Refused, match="256 KB"):
        await ask(host, "player.save", ana.pk, SAVE | {"scriptData": {"b": "x" * 100_000}})


async def test_log_lines_of_a_process_gone_mad_are_stored_as_ones_that_can_be(stage: Stage) -> None:
    log = RunLog(stage.pk, "event/X", None)
    for line in (
        LogLine("INFO", '"\0"', "s\0", -5),
        LogLine("INFO", "x" * 50_000, "s" * 500, 2**40),
        LogLine("SHOUT", '"x"', None, 1),
    ):
        log.add(line)
    await database.run(ScriptLog.objects.bulk_create, log.rows)
    rows = await database.run(lambda: list(ScriptLog.objects.order_by("id")))
    assert [(len(row.text), len(row.script), row.line) for row in rows] == [(2, 1, None), (10_000, 160, None)]


def test_values_are_fitted_to_the_fields_they_are_for() -> None:
    document = {"@class": "x", "eventKey": "7", "entryCount": "7", "offset": "1.5", "other": "3"}
    assert fitted("LeaderboardDataRequest", document) == document | {"entryCount": 7, "offset": 1.5}
    dated = {"endTime": "2026-11-27T15:00:00.123Z", "accessType": "PUBLIC"}
    assert fitted("CreateChallengeRequest", dated) == dated | {"endTime": "2026-11-27T15:00:00Z"}
    assert json.dumps(fitted("LogEventRequest", {"SCORE": "12"})) == '{"SCORE": "12"}'
