"""Durable requests: done once, answered with the same bytes, over any socket and after a crash."""

import asyncio
from typing import Any

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.conftest import NewDriven, Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient


async def repeated(client: WireClient, name: str, request_id: str, **fields: Any) -> str:
    """The answer as it travelled."""
    return client.text_of(await client.request(name, request_id=request_id, **fields))


async def test_durable_request_is_done_once_after_kill_9(new_driven: NewDriven, connect: Connect) -> None:
    server = new_driven()
    anna, bob = await connect(on=server), await connect(on=server)
    await anna.device_log_in("anna", displayName="Anna")
    await bob.device_log_in("bob", displayName="Bob")
    await server.befriend(anna.user_id, bob.user_id)
    message = {"friendIds": [bob.user_id], "message": "once"}
    sent = await repeated(anna, "SendFriendMessageRequest", "d_1_1", **message)
    linked = await repeated(anna, "InviteFriendRequest", "d_1_2", friendId="0" * 24)
    await bob.expect_message("FriendMessage")
    assert await repeated(anna, "SendFriendMessageRequest", "d_1_1", **message) == sent
    other_socket = await connect(on=server, authToken=anna.auth_token)
    assert await repeated(other_socket, "SendFriendMessageRequest", "d_1_1", **message) == sent

    server.kill()
    server.start()
    back = await connect(on=server, authToken=other_socket.auth_token)
    assert back.user_id == anna.user_id
    assert await repeated(back, "SendFriendMessageRequest", "d_1_1", **message) == sent
    assert "NOT_FOUND" in linked
    assert [row["player_id"] for row in server.messages_of(bob.user_id)] == [bob.user_id]


async def test_durable_id_with_another_body_is_another_request(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    for text in ("one", "two", "one"):
        await repeated(anna, "SendFriendMessageRequest", "d_5", friendIds=[bob.user_id], message=text)
    assert [row["message"] for row in await server.before_marker(bob)] == ["one", "two"]


async def test_durable_id_of_another_player_is_another_request(server: DrivenServer, player: Player) -> None:
    anna, ben, bob = await player("anna"), await player("ben"), await player("bob")
    await server.befriend(bob.user_id, anna.user_id, ben.user_id)
    for sender in (anna, ben):
        await repeated(sender, "SendFriendMessageRequest", "d_6", friendIds=[bob.user_id], message="hi")
    assert [row["fromId"] for row in await server.before_marker(bob)] == [anna.user_id, ben.user_id]


async def test_plain_id_is_done_each_time(server: DrivenServer, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    for _ in range(2):
        await repeated(anna, "SendFriendMessageRequest", "7", friendIds=[bob.user_id], message="hi")
    assert len(await server.before_marker(bob)) == 2


async def test_durable_request_sent_twice_at_once_is_done_once(
    server: DrivenServer, connect: Connect, player: Player
) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    sockets = [anna] + [await connect(authToken=anna.auth_token) for _ in range(3)]
    message = {"friendIds": [bob.user_id], "message": "race"}
    answers = await asyncio.gather(
        *(repeated(each, "SendFriendMessageRequest", "d_9", **message) for each in sockets)
    )
    assert len(set(answers)) == 1
    assert len(await server.before_marker(bob)) == 1


async def test_durable_log_in_makes_one_player(server: DrivenServer, connect: Connect) -> None:
    """The C++ SDK sends a durable DeviceAuthenticationRequest before log-in, and again on a new socket."""
    device = unique("device")
    fields = {"deviceId": device, "deviceOS": "LINUX"}
    first, second = await connect(deviceId=device), await connect(deviceId=device)
    one = await repeated(first, "DeviceAuthenticationRequest", "d_11", **fields)
    two = await repeated(second, "DeviceAuthenticationRequest", "d_11", **fields)
    assert one == two
    assert "error" not in await second.request("AccountDetailsRequest")
