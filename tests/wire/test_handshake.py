"""The handshake, logging in, and coming back with a token."""

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient, sign
from tests.wire_games import GAME, OTHER_GAME


async def test_right_hmac_starts_a_session(server: DrivenServer) -> None:
    async with await WireClient.open(server.url()) as client:
        answer = await client.handshake(GAME.secrets["device"])
        assert answer == {
            "@class": ".AuthenticatedConnectResponse",
            "requestId": "0",
            "sessionId": client.session_id,
            "clientConfig": {
                "retryBase": 2000,
                "retryMax": 60000,
                "requestTimeout": 15000,
                "durableConcurrentRequests": 1,
                "durableDrainInterval": 100,
                "handshakeOffset": 2000,
            },
        }
        assert client.session_id
        assert list(client.frames[0]) == ["@class", "nonce"]


async def test_wrong_hmac_is_refused(server: DrivenServer) -> None:
    async with await WireClient.open(server.url()) as client:
        answer = await client.handshake("another secret")
        assert answer == {"@class": ".AuthenticatedConnectResponse", "error": {"hmac": "INVALID"}}
        assert await client.wait_closed() == 4401


async def test_each_socket_has_its_own_nonce(server: DrivenServer) -> None:
    nonces = set()
    for _ in range(3):
        async with await WireClient.open(server.url()) as client:
            nonces.add((await client.next_response())["nonce"])
    assert len(nonces) == 3


async def test_signature_of_another_nonce_is_refused(server: DrivenServer, connect: Connect) -> None:
    first = await connect()
    async with await WireClient.open(server.url()) as client:
        await client.next_response()
        stolen = sign(GAME.secrets["device"], first.nonce)
        await client.send({"@class": ".AuthenticatedConnectRequest", "hmac": stolen})
        assert (await client.next_response())["error"] == {"hmac": "INVALID"}


async def test_register_logs_in(connect: Connect) -> None:
    anna = await connect()
    name = unique("anna")
    answer = await anna.register(name, display_name="Anna")
    assert answer == {
        "@class": ".RegistrationResponse",
        "requestId": answer["requestId"],
        "authToken": anna.auth_token,
        "displayName": "Anna",
        "newPlayer": True,
        "userId": anna.user_id,
    }
    assert "error" not in await anna.request("AccountDetailsRequest")


async def test_resume_rotates_the_token(connect: Connect) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    tokens = [anna.auth_token]
    for _ in range(3):
        again = await connect(authToken=tokens[-1])
        assert (again.user_id, again.frames[-1]["userId"]) == (anna.user_id, anna.user_id)
        assert "error" not in await again.request("AccountDetailsRequest")
        tokens.append(again.auth_token)
    assert len(set(tokens)) == 4


async def test_token_survives_end_session_and_rotates(connect: Connect) -> None:
    """What the Java and Lua SDKs' own tests assert."""
    anna = await connect()
    await anna.register(unique("anna"))
    assert isinstance((await anna.request("EndSessionRequest"))["sessionDuration"], int)
    again = await connect(authToken=anna.auth_token)
    assert again.user_id == anna.user_id
    assert again.auth_token != anna.auth_token


async def test_no_token_is_no_error(connect: Connect) -> None:
    for token in ("0", "", "a token of nobody's"):
        client = await connect(authToken=token)
        assert set(client.frames[-1]) == {"@class", "requestId", "sessionId", "clientConfig"}


async def test_token_of_another_game_is_no_token(connect: Connect) -> None:
    anna = await connect()
    await anna.register(unique("anna"))
    stranger = await connect(game=OTHER_GAME, authToken=anna.auth_token)
    assert stranger.user_id == ""
    live = await connect(stage="live", authToken=anna.auth_token)
    assert live.user_id == ""


async def test_end_session_is_answered_before_log_in(connect: Connect) -> None:
    client = await connect()
    answer = await client.request("EndSessionRequest")
    assert set(answer) == {"@class", "requestId", "sessionDuration"}
