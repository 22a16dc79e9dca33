"""wire-protocol.md §10: what messages hold, who gets a copy, and when."""

from typing import Any

import pytest

from tests.raw_socket import RawSocket
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient
from tests.wire_games import GAME, OTHER_GAME


async def test_aggregation(server: DrivenServer, connect: Connect, player: Player) -> None:
    """The only requests so far whose sender also receives the message are those of a listening server."""
    bob = await player("bob")
    listener = await connect(credential="server")
    for number in range(5):
        await listener.post("AccountDetailsRequest", playerId=bob.user_id)
        await listener.post("SendMessageRequest", playerIds=[bob.user_id], data={"n": number})
    for number in range(5):
        assert (await listener.expect_message("ScriptMessage"))["data"] == {"n": number}
    order = [frame["@class"] for frame in listener.frames[2:]]
    assert order == [".AccountDetailsResponse", ".SendMessageResponse", ".ScriptMessage"] * 5


@pytest.mark.parametrize(
    ("given", "travels"),
    [({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}), ({}, None), (None, None)],
)
async def test_scriptdata_on_messages(
    server: DrivenServer, player: Player, given: Any, travels: dict[str, Any] | None
) -> None:
    bob = await player("bob")
    await server.fire("FriendMessage", {"message": "x", "scriptData": given}, [bob.user_id])
    frame = await bob.expect_message("FriendMessage")
    assert frame.get("scriptData") == travels
    assert ("scriptData" in frame) is (travels is not None)


async def heard(server: DrivenServer, listener: WireClient, player_ids: list[str]) -> set[str]:
    """Of these players' messages, sent now, those that the listener gets a copy of. `ear` hears all."""
    sent = await server.fire("FriendMessage", {"message": "x"}, player_ids)
    absent = await server.fire("MatchNotFoundMessage", {"matchGroup": "last"}, [NOBODY[0]])
    before = await listener.messages_until(lambda frame: frame["messageId"] == absent[0])
    return {frame["playerId"] for frame in before if frame["messageId"] in sent}


NOBODY: list[str] = []  # a player without any socket: every listener hears of it


async def test_server_listener_scope(server: DrivenServer, connect: Connect, player: Player) -> None:
    online, away, served = await player("online"), await player("away"), await player("served")
    nobody = await player("nobody")
    for gone in (away, nobody):
        await gone.request("EndSessionRequest")
    NOBODY[:] = [nobody.user_id]
    everyone = [online.user_id, away.user_id, served.user_id]
    listener, ear = await connect(credential="server"), await connect(credential="ear")
    silent = await connect(credential="server-send")
    live, stranger = (
        await connect(stage="live", credential="server"),
        await connect(game=OTHER_GAME, credential="server"),
    )
    for socket in (listener, silent):
        await socket.request("AccountDetailsRequest", playerId=served.user_id)

    assert await heard(server, listener, everyone) == {away.user_id, served.user_id}
    assert await heard(server, ear, everyone) >= set(everyone)
    for socket in (silent, live, stranger):
        await socket.request("EndSessionRequest")
        assert socket.messages == []

    rows = server.messages_of(away.user_id)
    assert {(row["state"], row["reason"]) for row in rows} == {("waiting", "no_device")}
    late = await connect(credential="server")
    assert await heard(server, late, [online.user_id]) == set()
    assert [frame["@class"] for frame in late.frames[2:]] == [".MatchNotFoundMessage"]
    back = await connect(authToken=away.auth_token)
    ids = [frame["messageId"] for frame in await server.before_marker(back)]
    assert ids == [row["id"] for row in rows]
    assert await heard(server, listener, [away.user_id]) == set()


async def test_server_listener_scope_past_256_frames(server: DrivenServer, player: Player) -> None:
    """Copies past what a slow listener takes are dropped; the socket stays."""
    bob = await player("bob")
    await bob.request("EndSessionRequest")
    raw = await RawSocket.open(server.url(credential="server"), receive_buffer=4096)
    async with WireClient(raw) as slow:
        await slow.handshake(GAME.secrets["server"])
        raw.reading.clear()
        size = 250_000
        sent = [
            (await server.fire("FriendMessage", {"message": "x" * size}, [bob.user_id]))[0] for _ in range(40)
        ]
        raw.reading.set()
        await slow.request("EndSessionRequest", within=20)
        got = [frame["messageId"] for frame in slow.messages]
        assert got == sent[: len(got)]
        assert 0 < len(got) < len(sent)
        (last,) = await server.fire("FriendMessage", {"message": "last"}, [bob.user_id])
        await slow.expect_message("FriendMessage", messageId=last)
    back = await player("someone")
    assert back.user_id
    assert [row["id"] for row in server.messages_of(bob.user_id)] == [*sent, last]


async def test_delivery_on_reconnect(server: DrivenServer, connect: Connect, player: Player) -> None:
    bob = await player("bob")
    device = "reconnect-device"
    await bob.device_log_in(device)
    await bob.request("EndSessionRequest")
    sent = [(await server.fire("FriendMessage", {"message": str(n)}, [bob.user_id]))[0] for n in range(150)]

    back = await connect(authToken=bob.auth_token)
    for message_id in sent:
        await back.expect_message(messageId=message_id)
    assert [frame["@class"] for frame in back.frames[:2]] == [".AuthenticatedConnectResponse"] * 2
    assert [frame.get("messageId") for frame in back.frames[2:]] == sent

    await server.state_of(sent[-1], "delivered")
    await back.request("EndSessionRequest")
    more = [(await server.fire("FriendMessage", {"message": str(n)}, [bob.user_id]))[0] for n in range(3)]
    start = len(back.frames)
    await back.device_log_in(device)
    for message_id in more:
        await back.expect_message(messageId=message_id)
    answer, *messages = back.frames[start:]
    assert answer["@class"] == ".AuthenticationResponse"
    assert [frame["messageId"] for frame in messages] == more
