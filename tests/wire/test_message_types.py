"""Each stored message type from its event to what travels: tests/samples/<class>.json, written by hand.

An online player's frame and an away one's recorded pushes, with default settings, with the sample's, and for
a player in its variant's segment.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.wire import sample_games
from tests.wire.driven import DrivenServer, register_device
from tests.wire_client import WireClient
from tests.wire_games import WireGame

ALL = [(name, case) for name in sample_games.names() for case in sample_games.CASES]


@pytest.fixture(scope="session")
def games(server: DrivenServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, WireGame]:
    folder: Path = tmp_path_factory.mktemp("samples")
    return asyncio.run(sample_games.import_games(server, folder))


def filled(wanted: Any, values: dict[str, Any]) -> Any:
    """With the ids in the placeholders' places."""
    text = json.dumps(wanted)
    for name, value in values.items():
        text = text.replace(f'"${name}"', json.dumps(value))
    return json.loads(text)


def same(one: Any, other: Any) -> bool:
    """Equal in JSON types too."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def badged(payloads: dict[str, Any], badge: int) -> dict[str, Any]:
    """With the badge, which is no part of the samples: it counts the player's inbox."""
    payloads["ios"]["aps"].setdefault("badge", badge)
    if "notification" in payloads["fcm"]:
        payloads["fcm"]["android"] = {"notification": {"notification_count": badge}}
    return payloads


def test_every_stored_type_has_a_sample() -> None:
    assert len(sample_games.names()) == 28
    assert "SessionTerminatedMessage" not in sample_games.names()
    assert len({json.dumps(sample_games.read(name)["player"]) for name in sample_games.names()}) == 1


@pytest.mark.parametrize(("name", "case"), ALL)
async def test_message_type(server: DrivenServer, games: dict[str, WireGame], name: str, case: str) -> None:
    sample, game = sample_games.read(name), games[case]
    expected = sample["expect"][case]
    event = {"ext_code": sample["extCode"]} if "extCode" in sample else {}
    async with await WireClient.connect(server.url(game=game), sample_games.SECRET) as lea:
        await lea.device_log_in(sample_games.DEVICE)
        inbox = await lea.request("ListMessageRequest", entryCount=1000)
        old = [each["messageId"] for each in inbox["messageList"]]
        await lea.request("DismissMultipleMessagesRequest", messageIds=old)
        for device_os in ("IOS", "FCM"):
            await register_device(lea, device_os)

        async def fire() -> dict[str, Any]:
            (message_id,) = await server.fire(name, sample["fields"], [lea.user_id], game, **event)
            return {"messageId": message_id, "playerId": lea.user_id, "gameId": server.game_id(game)}

        online = await fire()
        frame = await lea.expect_message(name, messageId=online["messageId"])
        assert same(frame, filled(expected["frame"], online)), frame

        await lea.request("EndSessionRequest")
        away = await fire()
        pushes = await server.pushes(away["messageId"], count=2)
        payloads = {push["device_os"]: json.loads(push["payload"]) for push in pushes}
        assert same(payloads, badged(filled(expected["push"], away), 2)), payloads

        await lea.device_log_in(sample_games.DEVICE)
        frame = await lea.expect_message(name, messageId=away["messageId"])
        assert same(frame, filled(expected["frame"], away)), frame
        ids = [online["messageId"], away["messageId"]]
        assert server.rows(
            "SELECT DISTINCT warnings FROM messaging_playermessage WHERE id IN (?, ?)", *ids
        ) == [{"warnings": ""}]
