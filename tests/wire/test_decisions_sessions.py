"""wire-protocol.md §10: who is logged in where, and by which token."""

import json
import time
from typing import Any

from tests.live_server import unique
from tests.raw_socket import RawSocket
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient
from tests.wire_games import GAME

MINUTE = 60_000
NOT_AUTHORIZED = {"authentication": "NOTAUTHORIZED"}


def tokens_of(server: DrivenServer, player_id: str) -> list[dict[str, int]]:
    return server.rows("SELECT * FROM players_authtoken WHERE player_id = ? ORDER BY created_ms", player_id)


async def resumed(connect: Connect, token: str) -> tuple[str, str]:
    """Who the token logs in, and the token to use next time; empty when it is dead."""
    client = await connect(authToken=token)
    return client.user_id, client.auth_token


async def test_fate_of_the_old_token(server: DrivenServer, connect: Connect) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    now = time.time() * 1000
    (row,) = tokens_of(server, anna.user_id)
    assert abs(row["expires_ms"] - now - 30 * 24 * 60 * MINUTE) < MINUTE

    lost = await resumed(connect, anna.auth_token)  # the answer got lost on its way
    again = await resumed(connect, anna.auth_token)
    assert lost[0] == again[0] == anna.user_id
    assert len({anna.auth_token, lost[1], again[1]}) == 3
    await resumed(connect, again[1])  # the successor is presented: 15 minutes are left
    first = tokens_of(server, anna.user_id)[0]
    assert abs(first["expires_ms"] - now - 15 * MINUTE) < MINUTE
    assert (await resumed(connect, anna.auth_token))[0] == anna.user_id
    server.execute(
        "UPDATE players_authtoken SET expires_ms = expires_ms - ? WHERE hash = ?", 16 * MINUTE, first["hash"]
    )
    assert (await resumed(connect, anna.auth_token))[0] == ""


async def test_fate_of_the_old_token_at_most_ten_a_player(server: DrivenServer, connect: Connect) -> None:
    device, tokens = unique("device"), []
    for _ in range(12):
        client = await connect()
        await client.device_log_in(device)
        tokens.append(client.auth_token)
    assert len(tokens_of(server, client.user_id)) == 10
    assert (await resumed(connect, tokens[0]))[0] == (await resumed(connect, tokens[1]))[0] == ""
    assert (await resumed(connect, tokens[2]))[0] == client.user_id


async def test_fate_of_the_old_token_when_the_password_changes(connect: Connect) -> None:
    anna = await connect()
    await anna.register(unique("anna"), "old password")
    old = [anna.auth_token, (await resumed(connect, anna.auth_token))[1]]
    await anna.request("ChangeUserDetailsRequest", oldPassword="old password", newPassword="new password")
    assert [(await resumed(connect, token))[0] for token in old] == ["", ""]
    assert (await resumed(connect, anna.auth_token))[0] == anna.user_id


async def test_unauthenticated_request(connect: Connect, server: DrivenServer) -> None:
    client = await connect()
    requests: dict[str, dict[str, Any]] = {
        "AccountDetailsRequest": {},
        "SendFriendMessageRequest": {},
        "ListMessageRequest": {"entryCount": "many"},
        "CreateChallengeRequest": {},
        "PushRegistrationRequest": {"deviceOS": "IOS", "pushId": "x"},
    }
    for name, fields in requests.items():
        answer = await client.request(name, **fields)
        assert answer == {
            "@class": "." + name.replace("Request", "Response"),
            "requestId": answer["requestId"],
            "error": NOT_AUTHORIZED,
        }
    async with await WireClient.open(server.url()) as unsigned:
        answer = await unsigned.request("DeviceAuthenticationRequest", deviceId="x", deviceOS="IOS")
        assert answer["@class"] == ".AuthenticationResponse"
        assert answer["error"] == NOT_AUTHORIZED
        assert "sessionId" in await unsigned.handshake(GAME.secrets["device"])


async def test_endsession(connect: Connect, server: DrivenServer, player: Player) -> None:
    anna = await player("anna")
    ended = await anna.request("EndSessionRequest")
    assert 0 <= ended["sessionDuration"] < 10_000
    assert (await anna.request("AccountDetailsRequest"))["error"] == NOT_AUTHORIZED
    sent = await server.rest("SendMessageRequest", playerIds=[anna.user_id])
    await anna.request("EndSessionRequest")
    assert anna.messages == []
    again = await connect(authToken=anna.auth_token)
    assert again.user_id == anna.user_id
    got = await again.expect_message("ScriptMessage")
    assert server.rows("SELECT message_id FROM messaging_playermessage WHERE id = ?", got["messageId"]) == [
        {"message_id": sent["messageId"]}
    ]


async def test_log_in_on_a_logged_in_socket(server: DrivenServer, connect: Connect, player: Player) -> None:
    carl = await player("carl")
    raw = await RawSocket.open(server.url())
    raw.answers_pings = False
    async with WireClient(raw) as socket:
        await socket.handshake(GAME.secrets["device"])
        bob_device = unique("bob")
        await socket.device_log_in(bob_device)
        bob_id = socket.user_id
        await server.rest("SendMessageRequest", playerIds=[bob_id], data={"n": 1})
        got = await socket.expect_message("ScriptMessage")

        await socket.request("AuthenticationRequest", userName="nobody", password="wrong")
        assert (await socket.request("AccountDetailsRequest"))["userId"] == bob_id
        carl_device = unique("carl")
        await socket.device_log_in(carl_device)
        carl_id = socket.user_id
        assert carl_id not in (bob_id, carl.user_id)
        assert (await socket.request("AccountDetailsRequest"))["userId"] == carl_id
        await server.rest("SendMessageRequest", playerIds=[bob_id], data={"n": 2})
        before = await server.before_marker(socket, carl_id)
        assert before == []
        states = [row["state"] for row in server.messages_of(bob_id)]
        assert states == ["waiting", "waiting"]

    bob = await connect()
    await bob.device_log_in(bob_device)
    one, two = [await bob.expect_message("ScriptMessage") for _ in range(2)]
    assert one == got
    assert two["data"] == {"n": 2}


async def test_registration(connect: Connect) -> None:
    anna, name = await connect(), unique("anna")
    answer = await anna.register(name)
    assert (await anna.request("AccountDetailsRequest"))["userId"] == answer["userId"]
    other = await connect()
    taken = await other.register(name)
    assert taken == {
        "@class": ".RegistrationResponse",
        "requestId": taken["requestId"],
        "error": {"USERNAME": "TAKEN"},
    }
    assert (await other.request("AccountDetailsRequest"))["error"] == NOT_AUTHORIZED


async def test_sessionterminatedmessage_authtoken(
    server: DrivenServer, connect: Connect, player: Player
) -> None:
    anna, bob = await player("anna"), await player("bob")
    second = await connect(authToken=anna.auth_token)
    before = server.counts("players_player", "players_authtoken", "players_deviceidentity")
    tokens = (anna.auth_token, second.auth_token)
    assert await server.terminate(anna.user_id) == 2
    for socket in (anna, second):
        told = await socket.expect_message("SessionTerminatedMessage")
        assert socket.text_of(told) == json.dumps(told, separators=(",", ":"))
        assert told == {"@class": ".SessionTerminatedMessage", "authToken": "0"}
        assert (await socket.request("AccountDetailsRequest"))["error"] == NOT_AUTHORIZED
    for token in tokens:
        assert (await resumed(connect, token))[0] == ""
    assert "error" not in await bob.request("AccountDetailsRequest")
    assert server.counts("players_player", "players_authtoken", "players_deviceidentity") == before
    back = await anna.device_log_in(unique("anna-again"))
    assert "error" not in back
