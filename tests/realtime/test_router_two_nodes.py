"""What is sent on one server reaches the sockets that the other one holds."""

import pytest

from tests.realtime.two_nodes import TwoNodes, heard, say, until

pytestmark = pytest.mark.postgresql

MANY = 50


async def test_a_message_reaches_sockets_on_both_nodes_with_one_message_id(nodes: TwoNodes) -> None:
    anna, bob = await nodes.friends()
    here = await nodes.socket(nodes.one, bob)
    await say(anna, "hello", bob)
    # Long before the sweeper looks at what nobody delivered.
    there = await heard(bob, "hello", within=3)
    assert bob.text_of(there) == here.text_of(await heard(here, "hello", within=3))
    await nodes.confirmed(there["messageId"])


async def test_messages_of_one_sender_arrive_on_the_other_node_in_their_order(nodes: TwoNodes) -> None:
    anna, bob = await nodes.friends()
    texts = [f"text {number}" for number in range(MANY)]
    ids = [
        await anna.post("SendFriendMessageRequest", friendIds=[bob.user_id], message=text) for text in texts
    ]
    for request_id in ids:
        assert "error" not in await anna.answer(request_id)
    assert [(await bob.expect_message("FriendMessage"))["message"] for _ in texts] == texts


async def test_a_player_who_goes_back_and_forth_between_nodes_misses_nothing(nodes: TwoNodes) -> None:
    """Sent while the player moves: to the old node, to the new one, or to none, and once in the end."""
    anna, bob = await nodes.friends()
    got: list[str] = []
    for number in range(10):
        request_id = await anna.post("SendFriendMessageRequest", friendIds=[bob.user_id], message=f"{number}")
        moved = await nodes.socket(nodes.one if number % 2 == 0 else nodes.two, bob)
        await bob.close()
        got += [frame["message"] for frame in bob.messages]
        bob = moved
        assert "error" not in await anna.answer(request_id)
    while not {f"{number}" for number in range(10)} <= set(got):
        got.append((await bob.expect_message("FriendMessage"))["message"])


async def test_a_ban_by_a_command_ends_sockets_on_every_node(nodes: TwoNodes) -> None:
    _, bob = await nodes.friends()
    here = await nodes.socket(nodes.one, bob)
    await nodes.ban(bob)
    for socket in (bob, here):
        ended = await socket.expect_message("SessionTerminatedMessage", within=5)
        assert ended["authToken"] == "0"
        refused = await socket.request("ListMessageRequest")
        assert refused["error"] == {"authentication": "NOTAUTHORIZED"}


async def test_a_listener_on_one_node_gets_copies_of_what_the_other_one_sends(nodes: TwoNodes) -> None:
    _, bob = await nodes.friends()
    listener = await nodes.socket(nodes.two, credential="server")
    away = await nodes.player(nodes.one, "away")
    await away.close()
    ids = {"online": bob.user_id, "away": away.user_id}

    async def heard_of_away() -> bool:
        for name, player_id in ids.items():
            sent = await nodes.one.rest(
                "SendMessageRequest", playerIds=[player_id], extCode="MARKER", data={"marker": name}
            )
            assert "error" not in sent, sent
        return any(frame["data"]["marker"] == "away" for frame in listener.messages)

    await until(heard_of_away, within=5)
    assert {frame["data"]["marker"] for frame in listener.messages} == {"away"}
