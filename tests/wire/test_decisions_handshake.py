"""wire-protocol.md §10: connecting and being refused."""

import asyncio
import json
import time
from typing import Any

from tests.live_server import unique
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient, sign
from tests.wire_games import GAME

REFUSED_HMAC = {"@class": ".AuthenticatedConnectResponse", "error": {"hmac": "INVALID"}}
UNKNOWN_KEY = {"@class": ".AuthenticatedConnectResponse", "error": {"apiKey": "UNKNOWN"}}


async def refused(url: str, hmac: Any = "wrong", **options: Any) -> tuple[list[Any], int, float]:
    """The frames that a wrong hmac is answered with, the close code, and how long the close was held back."""
    async with await WireClient.open(url, **options) as client:
        first = await client.next_response()
        if "nonce" in first:
            await client.send({"@class": ".AuthenticatedConnectRequest", "hmac": hmac})
            await client.next_response()
        since = time.monotonic()
        code = await client.wait_closed()
        return client.frames, code, time.monotonic() - since


async def test_handshake_error(server: DrivenServer) -> None:
    hmacs = ["wrong", "", None, 7, {"a": 1}, "é" * 44, sign(GAME.secrets["server"], "nonce")]
    for frames, code, waited in await asyncio.gather(*(refused(server.url(), hmac) for hmac in hmacs)):
        assert frames[1:] == [REFUSED_HMAC]
        assert code == 4401
        assert 0.9 < waited < 5


async def test_handshake_error_repeated_from_one_address_is_slowed_further(server: DrivenServer) -> None:
    async with server.settings(TRUSTED_HOPS=1):
        away = {"additional_headers": {"X-Forwarded-For": "203.0.113.7"}}
        ended = await asyncio.gather(*(refused(server.url(), **away) for _ in range(2)))
    assert [code for _, code, _ in ended] == [4401, 4401]
    first, second = sorted(waited for _, _, waited in ended)
    assert (first > 0.9, second > 1.9) == (True, True)


async def test_handshake_error_ends_what_follows_in_the_same_frame(server: DrivenServer) -> None:
    async with await WireClient.open(server.url()) as client:
        nonce = (await client.next_response())["nonce"]
        right = sign(GAME.secrets["device"], nonce)
        tries = [
            {"@class": ".AuthenticatedConnectRequest", "hmac": hmac} for hmac in ("guess", right, "guess")
        ]
        await client.send_text(json.dumps(tries))
        await client.send(tries[1])
        assert await client.wait_closed() == 4401
        assert client.frames[1:] == [REFUSED_HMAC]


async def test_unknown_api_key_or_credential(server: DrivenServer) -> None:
    port = server.port
    paths = [
        "/preview/ws/device/NoSuchKey",
        f"/preview/ws/nobody/{GAME.api_key}",
        "/ws/secure/NoSuchKey",
        "/anything/else",
        "/",
    ]
    for frames, code, waited in await asyncio.gather(
        *(refused(f"ws://127.0.0.1:{port}{path}") for path in paths)
    ):
        assert (frames, code) == ([UNKNOWN_KEY], 4401)
        assert 0.9 < waited < 5


async def test_no_handshake(server: DrivenServer, connect: Connect) -> None:
    async with server.replaced("messaging.consumers", "HANDSHAKE_SECONDS", 0.3) as seconds:
        assert seconds == 15
        async with await WireClient.open(server.url()) as client:
            since = time.monotonic()
            await client.keep_alive()
            await client.send({"@class": ".EndSessionRequest", "requestId": "1"})
            assert (await client.answer("1"))["error"] == {"authentication": "NOTAUTHORIZED"}
            await client.wait_closed()
            assert 0.2 < time.monotonic() - since < 5
        stays = await connect()
        await asyncio.sleep(0.5)
        assert "error" not in await stays.request("EndSessionRequest")


async def test_each_refusal(server: DrivenServer) -> None:
    key = unique("NoSuchKey")
    await asyncio.gather(
        refused(f"ws://127.0.0.1:{server.port}/preview/ws/device/{key}"),
        refused(server.url(credential="limited"), "a wrong one"),
    )
    lines = server.log().splitlines()
    (unknown,) = [line for line in lines if key in line]
    assert unknown.endswith(
        f"refused 127.0.0.1 on /preview/ws/device/{key}: apiKey UNKNOWN; "
        "no game has this API key and credential: check the URL"
    )
    (wrong,) = [line for line in lines if f"/limited/{GAME.api_key}" in line]
    assert "refused 127.0.0.1 on " in wrong
    assert "hmac INVALID; the client signs with another secret" in wrong
    assert not any(secret in server.log() for secret in GAME.secrets.values())


async def test_sessionid(server: DrivenServer, connect: Connect, player: Player) -> None:
    anna = await player("anna")
    other = await connect()
    assert other.session_id != anna.session_id
    taken_over = await connect(sessionId=anna.session_id)
    assert taken_over.session_id == anna.session_id
    answer = await taken_over.request("AccountDetailsRequest")
    assert answer["error"] == {"authentication": "NOTAUTHORIZED"}
    debug = await connect(sessionId=anna.session_id, credential="debug")
    live = await connect(sessionId=anna.session_id, stage="live")
    assert anna.session_id not in (debug.session_id, live.session_id)
    for made_up in ("made-up", "", None, 7):
        assert (await connect(sessionId=made_up)).session_id not in ("made-up", "", None, 7)


async def test_sessionid_answer_is_repeated_to_a_repeated_connect_request(player: Player) -> None:
    anna = await player("anna")
    await anna.send({"@class": ".AuthenticatedConnectRequest", "hmac": "x", "authToken": "0"})
    again = await anna.next_response()
    assert again == {
        **next(frame for frame in anna.frames if "sessionId" in frame),
        "authToken": anna.auth_token,
        "userId": anna.user_id,
    }
    assert (await anna.request("AccountDetailsRequest"))["userId"] == anna.user_id
    await anna.request("EndSessionRequest")
    await anna.send({"@class": ".AuthenticatedConnectRequest", "authToken": anna.auth_token})
    assert set(await anna.next_response()) == {"@class", "requestId", "sessionId", "clientConfig"}


async def test_stage_of_a_url_without_one(server: DrivenServer, connect: Connect, tmp_path: Any) -> None:
    anna = await connect(stage="")
    await anna.register(unique("anna"))
    (row,) = server.rows(
        "SELECT stage.name FROM games_stage stage JOIN players_player player "
        "ON player.stage_id = stage.id WHERE player.id = ?",
        anna.user_id,
    )
    assert row["name"] == "live"


async def test_stage_of_a_url_without_one_that_is_not_published(server: DrivenServer, tmp_path: Any) -> None:
    file = tmp_path / "game.json"
    credentials = [{"shortCode": "device", "name": "Device", "secret": "s", "player": True, "listener": True}]
    document = {"format": "flint.game/1", "name": "New", "apiKey": "NotPublished", "credentials": credentials}
    file.write_text(json.dumps(document))
    await server.command("import_game", str(file))
    server.execute(
        "UPDATE games_stage SET snapshot_id = NULL, version = version + 1 WHERE name = 'live' AND game_id = "
        "(SELECT id FROM games_game WHERE api_key = 'NotPublished')"
    )
    frames, code, _ = await refused(f"ws://127.0.0.1:{server.port}/ws/device/NotPublished")
    assert (frames, code) == (
        [{"@class": ".AuthenticatedConnectResponse", "error": {"stage": "NOT_PUBLISHED"}}],
        4401,
    )
    preview = f"ws://127.0.0.1:{server.port}/preview/ws/device/NotPublished"
    async with await WireClient.connect(preview, "s") as client:
        assert client.session_id
