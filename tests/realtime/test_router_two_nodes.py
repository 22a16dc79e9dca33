"""What is sent on one server reaches the sockets that the other one holds."""

from tests.realtime.two_nodes import TwoNodes, heard, say

pytestmark = []


async def test_a_message_reaches_sockets_on_both_nodes_with_one_message_id(nodes: TwoNodes) -> None:
    anna, bob = await nodes.friends()
    here = await nodes.socket(nodes.one, bob)
    await say(anna, "hello", bob)
    # Long before the sweeper looks at what nobody delivered.
    there = await heard(bob, "hello", within=3)
    assert bob.text_of(there) == here.text_of(await heard(here, "hello", within=3))
    await nodes.confirmed(there["messageId"])


async def test_messages_of_one_sender_arrive_in_their_order(nodes: TwoNodes) -> None:
    anna, bob = await nodes.friends()
    texts = [f"text {number}" for number in range(200)]
    ids = [
        await anna.post("SendFriendMessageRequest", friendIds=[bob.user_id], message=text)
        for text in texts[:50]
    ]
    for request_id in ids:
        assert "error" not in await anna.answer(request_id)
    assert [(await bob.expect_message("FriendMessage"))["message"] for _ in ids] == texts[:50]
