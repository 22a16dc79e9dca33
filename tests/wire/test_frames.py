"""What may travel beside single requests: arrays, keep-alives, pings."""

from typing import Any

from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient
from tests.wire_games import GAME


async def test_array_is_answered_in_order_and_the_second_sees_the_firsts_log_in(connect: Connect) -> None:
    client = await connect()
    device = {"deviceId": "array-device", "deviceOS": "IOS", "displayName": "Array"}
    ids = await client.post_array(
        [("DeviceAuthenticationRequest", device), ("AccountDetailsRequest", {}), ("NoSuchRequest", {})]
    )
    first, second, third = [await client.answer(each) for each in ids]
    assert second["userId"] == first["userId"]
    assert third["error"] == {"@class": "UNKNOWN"}
    assert [frame.get("requestId") for frame in client.frames[-3:]] == ids


async def test_array_of_friend_messages_arrives_in_order(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    fields = [{"friendIds": [bob.user_id], "message": str(number)} for number in range(100)]
    await anna.post_array([("SendFriendMessageRequest", each) for each in fields])
    texts = [(await bob.expect_message("FriendMessage"))["message"] for _ in range(100)]
    assert texts == [str(number) for number in range(100)]


async def test_keep_alive_is_swallowed_at_any_time(server: DrivenServer) -> None:
    async with await WireClient.open(server.url()) as client:
        for _ in range(3):
            await client.keep_alive()
        answer = await client.handshake(GAME.secrets["device"])
        assert "sessionId" in answer
        for _ in range(200):
            await client.keep_alive()
        await client.device_log_in("keep-alive")
        await client.keep_alive()
        assert "error" not in await client.request("AccountDetailsRequest")
        assert len(client.frames) == 4


async def test_websocket_ping_is_answered(connect: Connect) -> None:
    client = await connect()
    pong = await client.socket.connection.ping()  # type: ignore[attr-defined]
    await pong


async def test_request_id_is_echoed_byte_for_byte(connect: Connect) -> None:
    client = await connect()
    for request_id in ("1403267256818_1", "x" * 200, 'é 😀 \\ "', "0", " "):
        assert (await client.request("EndSessionRequest", request_id=request_id))["requestId"] == request_id


async def test_no_subprotocol_and_no_compression_is_agreed_on(server: DrivenServer) -> None:
    offers: dict[str, Any] = {"subprotocols": ["gs"], "compression": "deflate"}
    async with await WireClient.open(server.url(), **offers) as client:
        await client.handshake(GAME.secrets["device"])
        connection = client.socket.connection  # type: ignore[attr-defined]
        headers = connection.response.headers
        assert connection.subprotocol is None
        assert "Sec-WebSocket-Protocol" not in headers
        assert "Sec-WebSocket-Extensions" not in headers
