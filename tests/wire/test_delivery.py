"""A message reaches its player: on every socket, once, in order, as it was written, or by push when away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.live_server import unique
from tests.raw_socket import RawSocket
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer, register_device
from tests.wire_client import WireClient
from tests.wire_games import GAME, OTHER_GAME

ODD_TEXTS = (
    "${title}",
    "${who} {{ who }} {# x",
    "{% if x %}{# not a comment #}",
    'quotes " and \\ and \n newline \t tab',
    "é ß 漢 😀 \U0010ffff \ud7f8 \ue000 \u2028",
    "</script><b>&amp;",
    " ",
    "",
)


async def send(sender: WireClient, text: str, *recipients: str) -> None:
    answer = await sender.request("SendFriendMessageRequest", friendIds=list(recipients), message=text)
    assert set(answer) == {"@class", "requestId"}, answer


async def test_friend_message_reaches_both_sockets_with_one_message_id(
    server: DrivenServer, connect: Connect, player: Player
) -> None:
    anna, bob = await player("anna"), await player("bob")
    second = await connect(authToken=bob.auth_token)
    await server.befriend(anna.user_id, bob.user_id)
    await send(anna, "hello", bob.user_id)
    # Long before the sweeper looks at what nobody delivered.
    one = await bob.expect_message("FriendMessage", within=3)
    two = await second.expect_message("FriendMessage", within=3)
    assert bob.text_of(one) == second.text_of(two)
    (row,) = server.messages_of(bob.user_id)
    assert row["id"] == one["messageId"]
    assert await server.before_marker(bob) == []
    assert [frame["extCode"] for frame in await server.before_marker(second)] == ["MARKER"]


async def test_three_messages_to_an_away_player_come_once_and_in_order(
    server: DrivenServer, connect: Connect, player: Player
) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    await bob.request("EndSessionRequest")
    for text in ("one", "two", "three"):
        await send(anna, text, bob.user_id)
    back = await connect(authToken=bob.auth_token)
    before = await server.before_marker(back)
    assert [frame["message"] for frame in before] == ["one", "two", "three"]
    assert [row["id"] for row in server.messages_of(bob.user_id)] == [frame["messageId"] for frame in before]


async def test_a_message_makes_no_connection_object_of_its_own(server: DrivenServer, player: Player) -> None:
    """Django makes one, connected or not, for each task of the event loop that asks for it."""
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    await register_device(bob)
    before = await server.do("connections_made")
    for number in range(40):
        if number == 20:
            await bob.request("EndSessionRequest")
        await send(anna, str(number), bob.user_id)
    assert await server.do("connections_made") - before < 9, "threads of the database have one each"


async def test_messages_read_by_a_client_that_leaves_after_a_second_come_once(
    server: DrivenServer, connect: Connect, player: Player
) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    await bob.request("EndSessionRequest")
    for text in ("one", "two", "three"):
        await send(anna, text, bob.user_id)
    back = await connect(authToken=bob.auth_token)
    got = [await back.expect_message("FriendMessage") for _ in range(3)]
    assert [frame["message"] for frame in got] == ["one", "two", "three"]
    await asyncio.sleep(1)  # as long as it stays: pings are answered meanwhile
    await back.close()
    again = await connect(authToken=back.auth_token)
    assert await server.before_marker(again) == []
    assert {row["reason"] for row in server.messages_of(bob.user_id)} == {"confirmed_socket"}


@pytest.mark.parametrize("leaves", ["reset", "close"])
async def test_message_that_no_pong_confirmed_comes_again(
    server: DrivenServer, connect: Connect, player: Player, leaves: str
) -> None:
    """Written is not read: what a client that never answered the ping got comes again, with the same id."""
    anna = await player("anna")
    raw = await RawSocket.open(server.url())
    raw.answers_pings = False
    async with WireClient(raw) as bob:
        await bob.handshake(GAME.secrets["device"])
        await bob.device_log_in(unique("bob"))
        await register_device(bob)
        await server.befriend(anna.user_id, bob.user_id)
        await send(anna, "again", bob.user_id)
        first = await bob.expect_message("FriendMessage")
        (row,) = await server.await_rows(
            "SELECT * FROM messaging_playermessage WHERE id = ? AND reason = 'delivered_socket'",
            first["messageId"],
        )
        assert (row["state"], len(raw.pings)) == ("waiting", 1)
        if leaves == "reset":
            raw.abort()
    (push,) = await server.pushes(first["messageId"])
    assert push["code"] == "sandbox"
    back = await connect(authToken=bob.auth_token)
    assert await server.before_marker(back) == [first]
    assert (await server.state_of(first["messageId"], "delivered"))["reason"] == "confirmed_socket"


async def test_messages_arrive_in_the_order_of_their_requests(server: DrivenServer, player: Player) -> None:
    anna = await player("anna")
    bob = await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    for number in range(20):
        await anna.post("SendFriendMessageRequest", friendIds=bob.user_id, message=str(number))
    texts = [(await bob.expect_message("FriendMessage"))["message"] for _ in range(20)]
    assert texts == [str(number) for number in range(20)]


async def test_inbox_lists_and_dismisses(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    for text in ("one", "two"):
        await send(anna, text, bob.user_id)
    got = [await bob.expect_message("FriendMessage") for _ in range(2)]
    listed = await bob.request("ListMessageRequest")
    assert listed["messageList"] == [got[1], got[0]]
    answer = await bob.request("DismissMessageRequest", messageId=got[0]["messageId"])
    assert "error" not in answer
    assert (await bob.request("ListMessageRequest"))["messageList"] == [got[1]]
    answer = await bob.request("DismissMessageRequest", messageId=got[0]["messageId"])
    assert answer["error"] == {"messageId": "INVALID"}


async def test_foreign_messages_are_invalid_to_others(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    await send(anna, "for bob", bob.user_id)
    message_id = (await bob.expect_message("FriendMessage"))["messageId"]
    requests: dict[str, dict[str, Any]] = {
        "GetMessageRequest": {},
        "UpdateMessageRequest": {"status": "read"},
        "DismissMessageRequest": {},
    }
    for name, fields in requests.items():
        answer = await anna.request(name, messageId=message_id, **fields)
        assert answer["error"] == {"messageId": "INVALID"}, name
    assert await anna.request("DismissMultipleMessagesRequest", messageIds=[message_id]) == {
        "@class": ".DismissMultipleMessagesResponse",
        "requestId": anna.frames[-1]["requestId"],
        "messagesDismissed": 0,
        "failedDismissals": [message_id],
    }
    (row,) = server.messages_of(bob.user_id)
    assert (row["dismissed"], row["seen"], row["status"]) == (0, 0, "NEW")


async def test_stranger_is_not_a_friend(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    friend = await player("friend")
    await server.befriend(anna.user_id, friend.user_id)
    answer = await anna.request(
        "SendFriendMessageRequest", friendIds=[friend.user_id, bob.user_id], message="x"
    )
    assert answer["error"] == {"friendId": "NOT_FRIEND"}
    answer = await anna.request("SendFriendMessageRequest", friendIds=["0" * 24], message="x")
    assert answer["error"] == {"friendId": "INVALID"}
    assert server.messages_of(bob.user_id) == server.messages_of(friend.user_id) == []


async def test_player_of_another_game_is_invalid(server: DrivenServer, player: Player) -> None:
    anna, stranger = await player("anna"), await player("stranger", game=OTHER_GAME)
    answer = await anna.request("SendFriendMessageRequest", friendIds=[stranger.user_id], message="x")
    assert answer["error"] == {"friendId": "INVALID"}
    sent = await server.rest("SendMessageRequest", playerIds=[stranger.user_id])
    assert (sent["error"], sent["invalidPlayerIds"]) == ({"playerIds": "INVALID"}, [stranger.user_id])
    assert server.messages_of(stranger.user_id) == []


async def test_missing_fields_are_named(player: Player) -> None:
    anna = await player("anna")
    answer = await anna.request("SendFriendMessageRequest")
    assert answer["error"] == {"friendIds": "REQUIRED", "message": "REQUIRED"}
    answer = await anna.request("SendFriendMessageRequest", friendIds=[anna.user_id], message=7)
    assert answer["error"] == {"message": "INVALID"}


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
async def test_message_arrives_as_it_was_written(server: DrivenServer, player: Player, text: str) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    await send(anna, text, bob.user_id)
    frame = await bob.expect_message("FriendMessage")
    assert frame["message"] == text
    assert (await bob.request("ListMessageRequest"))["messageList"] == [frame]


async def test_request_of_100_kb_passes(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    text = "0123456789" * 10_240
    await send(anna, text, bob.user_id)
    assert (await bob.expect_message("FriendMessage"))["message"] == text


Leave = Callable[[DrivenServer, WireClient], Awaitable[None]]


async def never_logged_in(server: DrivenServer, bob: WireClient) -> None:
    """The player's other socket closed; this one is open and has not logged in yet."""


async def ended_session(server: DrivenServer, bob: WireClient) -> None:
    await bob.request("EndSessionRequest")


async def terminated(server: DrivenServer, bob: WireClient) -> None:
    assert await server.terminate(bob.user_id) == 1
    told = await bob.expect_message("SessionTerminatedMessage")
    assert told == {"@class": ".SessionTerminatedMessage", "authToken": "0"}


@pytest.mark.parametrize("leave", [never_logged_in, ended_session, terminated])
async def test_player_whose_open_socket_is_not_logged_in_is_away(
    server: DrivenServer, connect: Connect, player: Player, leave: Leave
) -> None:
    anna = await player("anna")
    bob = await connect()
    if leave is never_logged_in:
        first = await connect()
        await first.device_log_in(f"bob-{leave.__name__}")
        user_id = first.user_id
        await register_device(first)
        await first.request("EndSessionRequest")
    else:
        await bob.device_log_in(f"bob-{leave.__name__}")
        user_id = bob.user_id
        await register_device(bob)
    await leave(server, bob)
    await server.befriend(anna.user_id, user_id)
    await send(anna, "while away", user_id)

    (row,) = server.messages_of(user_id)
    (push,) = await server.pushes(row["id"])
    assert (push["device_os"], push["code"], push["player_id"]) == ("ios", "sandbox", user_id)
    answer = await bob.request("AccountDetailsRequest")
    assert answer["error"] == {"authentication": "NOTAUTHORIZED"}
    assert bob.messages == []

    await bob.device_log_in(f"bob-{leave.__name__}")
    before = await server.before_marker(bob, user_id)
    assert [(frame["messageId"], frame["message"]) for frame in before] == [(row["id"], "while away")]
    assert (await server.state_of(row["id"], "delivered"))["reason"] == "confirmed_socket"
