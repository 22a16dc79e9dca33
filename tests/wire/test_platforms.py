"""Three SDKs of one game message each other: JavaScript, secure C#, C++."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.raw_socket import RawSocket
from tests.shifted_framing import ShiftedFraming
from tests.wire.driven import DrivenServer, register_device
from tests.wire_client import WireClient
from tests.wire_games import OTHER_GAME

KEY, SECRET = OTHER_GAME.api_key, OTHER_GAME.secrets["device"]
TEXT = "Hi 😀 \ud7f8 ${who} {# x"
Clients = dict[str, WireClient]


@pytest.fixture
async def clients(server: DrivenServer) -> AsyncIterator[Clients]:
    """Each logged in, with a device, and a friend of the others."""
    base = f"127.0.0.1:{server.port}"
    js = f"ws://preview-prefix/{KEY}.ws.example.com/ws/secure/prefix/{KEY}"
    async with AsyncExitStack() as stack:
        opened = {
            "js": await WireClient.open(js, host="127.0.0.1", port=server.port),
            "sharp": await WireClient.open(
                f"ws://{base}/preview/ws/secure/{KEY}?deviceOS=IOS&deviceID=1&SDK=5",
                framing=ShiftedFraming(SECRET),
            ),
            "plus": WireClient(await RawSocket.open(f"ws://{base}/preview/ws/secure/{KEY}")),
        }
        for name, client in opened.items():
            await stack.enter_async_context(client)
            assert "sessionId" in await client.handshake(SECRET, platform=name)
            await client.device_log_in(client.nonce, displayName=f"{name} 😀")
            await register_device(client, "ANDROID")
        ids = [client.user_id for client in opened.values()]
        await server.rest("LinkFriendsRequest", playerId=ids[0], friendIds=ids[1:], game=OTHER_GAME)
        await server.rest("LinkFriendsRequest", playerId=ids[1], friendIds=ids[2:], game=OTHER_GAME)
        yield opened


async def send(sender: WireClient, *recipients: WireClient) -> None:
    ids = [recipient.user_id for recipient in recipients]
    answer = await sender.request("SendFriendMessageRequest", friendIds=ids, message=TEXT)
    assert "error" not in answer, answer


async def test_six_messages_between_three_platforms_arrive_alike(
    server: DrivenServer, clients: Clients
) -> None:
    game_id = server.game_id(OTHER_GAME)
    arrived = []
    for name, sender in clients.items():
        others = [client for client in clients.values() if client is not sender]
        await send(sender, *others)
        for other in others:
            frame = await other.expect_message("FriendMessage")
            assert (frame.pop("playerId"), len(frame.pop("messageId"))) == (other.user_id, 24)
            assert (frame.pop("fromId"), frame.pop("who")) == (sender.user_id, f"{name} 😀")
            arrived.append(json.dumps(frame))
    wanted = {
        "@class": ".FriendMessage",
        "message": TEXT,
        "notification": True,
        "gameId": game_id,
        "summary": "FriendMessage",
    }
    assert arrived == [json.dumps(wanted)] * 6
    for client in clients.values():
        assert await server.before_marker(client, game=OTHER_GAME) == []


async def test_each_platform_is_pushed_when_away(server: DrivenServer, clients: Clients) -> None:
    for client in clients.values():
        await client.request("EndSessionRequest")
        senders = [other for other in clients.values() if other is not client]
        for sender in senders:
            await send(sender, client)
        waiting = [row["id"] for row in server.messages_of(client.user_id) if row["state"] == "waiting"]
        pushed = list(itertools.chain(*[await server.pushes(message_id) for message_id in waiting]))
        assert [(row["code"], row["device_os"]) for row in pushed] == [("sandbox", "android")] * 2
        bodies = [json.loads(row["payload"])["notification"]["body"] for row in pushed]
        assert bodies == ["FriendMessage"] * 2
        await client.device_log_in(client.nonce)
        got = [await client.expect_message("FriendMessage") for _ in senders]
        assert [frame["messageId"] for frame in got] == waiting
        assert [frame["message"] for frame in got] == [TEXT] * 2
