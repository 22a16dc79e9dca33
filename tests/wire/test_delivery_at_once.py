"""What is sent to somebody online is there at once: no sweep, no tick of the worker stands between."""

from tests.live_server import LiveServer, unique
from tests.server_fixtures import Connect

AT_ONCE = 2.0  # seconds; the worker looks for what nobody delivered after 5


async def test_message_of_a_rest_call_reaches_an_online_player_at_once(
    server: LiveServer, connect: Connect
) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    sent = await server.rest("SendMessageRequest", playerIds=[anna.user_id], data={"gift": "dice"})
    assert sent["recipients"] == 1
    frame = await anna.expect_message("ScriptMessage", within=AT_ONCE)
    assert frame["data"] == {"gift": "dice"}


async def test_friend_message_reaches_an_online_friend_at_once(server: LiveServer, connect: Connect) -> None:
    anna, bob = await connect(), await connect()
    await anna.register(unique("anna"))
    await bob.register(unique("bob"))
    await server.rest("LinkFriendsRequest", playerId=anna.user_id, friendIds=[bob.user_id])
    text = "${title} {# x {{ 7*7 }} 😀"
    sent = await anna.request("SendFriendMessageRequest", friendIds=[bob.user_id], message=text)
    assert "error" not in sent
    frame = await bob.expect_message("FriendMessage", within=AT_ONCE)
    assert frame["message"] == text


async def test_friend_message_to_a_stranger_is_refused(server: LiveServer, connect: Connect) -> None:
    anna, bob = await connect(), await connect()
    await anna.register(unique("anna"))
    await bob.register(unique("bob"))
    sent = await anna.request("SendFriendMessageRequest", friendIds=[bob.user_id], message="hello")
    assert sent["error"] == {"friendIds": "NOT_FRIEND"}
    assert await server.before_marker(bob) == []
