"""Byte by byte: signatures, the C# SDK's shifted frames, the C++ SDK's upgrade and frames."""

import asyncio
import json

import pytest

from protocol.secure import hmac_for
from protocol.secure import shift as server_shift
from tests.raw_socket import ACCEPT, AUTHORIZATION, CLOSE, KEY, PING, TEXT, RawSocket, frame
from tests.shifted_framing import ShiftedFraming, shift
from tests.wire.driven import DrivenServer
from tests.wire_client import WebSocket, WireClient, sign
from tests.wire_games import GAME, OTHER_GAME

SECRET = OTHER_GAME.secrets["device"]
ODD = '😀 \ud7f8 \ud7ff \ue000 \uffee \U0010ffff é \\ " \u2028'


def secure_url(server: DrivenServer, query: str = "?deviceOS=WINDOWS&deviceID=1&SDK=5.6.1") -> str:
    return f"ws://127.0.0.1:{server.port}/preview/ws/secure/{OTHER_GAME.api_key}{query}"


def test_hmac_vector() -> None:
    assert hmac_for("secret", "nonce") == "BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g="
    assert sign("secret", "nonce") == "BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g="


def test_shifted_vector() -> None:
    assert server_shift('{"@class":".X"}').encode().hex() == "c2872c62382c442c7d7d6b766d4a2cc285"
    assert shift('{"@class":".X"}', 10).encode().hex() == "c2872c62382c442c7d7d6b766d4a2cc285"


async def test_secure_socket_is_shifted_from_its_first_frame_on(server: DrivenServer) -> None:
    """Frame by frame, as the C# SDK sees them: shifted; wrapped only after the session's answer."""
    socket = await WebSocket.open(secure_url(server))
    first = await socket.receive()
    assert first.startswith(shift('"}', 10))
    challenge = json.loads(shift(first, -10))
    assert list(challenge) == ["@class", "nonce"]
    request = {"@class": ".AuthenticatedConnectRequest", "hmac": sign(SECRET, challenge["nonce"])}
    await socket.send(shift(json.dumps(request), 10))
    session_id = json.loads(shift(await socket.receive(), -10))["sessionId"]

    text = json.dumps({"@class": ".EndSessionRequest", "requestId": "é 😀"}, ensure_ascii=False)
    key = f"{SECRET}-{session_id}"
    await socket.send(shift(json.dumps({"json": text, "hmac": sign(key, text)}), 10))
    envelope = json.loads(shift(await socket.receive(), -10))
    assert set(envelope) == {"json", "hmac"}
    assert envelope["hmac"] == sign(key, envelope["json"])
    assert json.loads(envelope["json"])["requestId"] == "é 😀"

    unwrapped = json.dumps({"@class": ".EndSessionRequest"})
    for wrong in (
        unwrapped,
        json.dumps({"json": text, "hmac": sign(SECRET, text)}),
        json.dumps({"json": text}),
    ):
        await socket.send(shift(wrong, 10))
        refused = json.loads(json.loads(shift(await socket.receive(), -10))["json"])
        assert refused == {"@class": ".ErrorResponse", "error": {"request": "MALFORMED"}}
    await socket.send(unwrapped)  # not even shifted
    refused = json.loads(json.loads(shift(await socket.receive(), -10))["json"])
    assert refused["error"] == {"request": "MALFORMED"}
    await socket.close()


async def test_secure_client_is_refused_in_its_own_framing(server: DrivenServer) -> None:
    async with await WireClient.open(secure_url(server), framing=ShiftedFraming(SECRET)) as client:
        answer = await client.handshake("wrong:secret")
        assert answer["error"] == {"hmac": "INVALID"}
    unknown = secure_url(server).replace(OTHER_GAME.api_key, "NoSuchKey")
    async with await WireClient.open(unknown, framing=ShiftedFraming(SECRET)) as client:
        assert (await client.next_response())["error"] == {"apiKey": "UNKNOWN"}


async def test_odd_characters_reach_a_secure_client(server: DrivenServer) -> None:
    framing = ShiftedFraming(SECRET)
    async with await WireClient.connect(secure_url(server), SECRET, framing=framing) as sharp:
        await sharp.device_log_in("odd-characters", displayName=ODD)
        assert (await sharp.request("AccountDetailsRequest"))["displayName"] == ODD
        await server.rest("SendMessageRequest", playerIds=[sharp.user_id], data={"x": ODD}, game=OTHER_GAME)
        assert (await sharp.expect_message("ScriptMessage"))["data"] == {"x": ODD}
        assert (await sharp.request("ListMessageRequest"))["messageList"][0]["data"] == {"x": ODD}


async def test_cpp_upgrade(server: DrivenServer) -> None:
    """Its fixed key, its Authorization of no scheme, its close frame without a code."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    path = f"/preview/ws/device/{GAME.api_key}"
    head = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        f"Authorization: {AUTHORIZATION}",
    ]
    assert len(AUTHORIZATION) == 40
    writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip("\r\n").split("\r\n")
    assert status.startswith("HTTP/1.1 101")
    assert all(len(line) < 254 and ": " in line for line in lines)
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert headers["upgrade"].lower() == "websocket"
    assert headers["connection"].lower() == "upgrade"
    assert headers["sec-websocket-accept"] == ACCEPT
    assert not {"sec-websocket-protocol", "sec-websocket-extensions"} & set(headers)

    first, size = await reader.readexactly(2)
    assert (first, size < 126) == (0x80 | TEXT, True)
    nonce = json.loads(await reader.readexactly(size))["nonce"]
    signed = {"@class": ".AuthenticatedConnectRequest", "hmac": sign(GAME.secrets["device"], nonce)}
    writer.write(frame(TEXT, json.dumps(signed).encode()))
    first, size = await reader.readexactly(2)
    assert (first, size) == (0x80 | TEXT, 126)
    answer = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
    assert b'"sessionId"' in answer

    writer.write(frame(CLOSE, b"", mask=bytes(4)))
    rest = await asyncio.wait_for(reader.read(), 5)
    assert rest[:1] == bytes([0x80 | CLOSE])
    writer.close()


async def test_cpp_client_gets_one_unfragmented_frame_a_message(server: DrivenServer) -> None:
    """RawSocket fails at any continuation, compressed or binary frame, as that SDK does."""
    async with WireClient(await RawSocket.open(server.url())) as plus:
        await plus.handshake(GAME.secrets["device"])
        await plus.device_log_in("cpp-device")
        for size in (1, 124, 125, 126, 60_000, 65_535, 65_536, 600_000):
            await server.fire("FriendMessage", {"message": "x" * size}, [plus.user_id])
            assert (await plus.expect_message("FriendMessage"))["message"] == "x" * size


@pytest.mark.parametrize("payload", [b"", b"four", b"x" * 125])
async def test_ping_in_any_form_is_answered(server: DrivenServer, payload: bytes) -> None:
    raw = await RawSocket.open(server.url())
    async with WireClient(raw) as plus:
        await plus.handshake(GAME.secrets["device"])
        await raw.send_bytes(frame(PING, payload))
        assert "error" not in await plus.request("EndSessionRequest")


async def test_js_secure_path(server: DrivenServer) -> None:
    """The slash in `{prefix}/{apiKey}` ends the host name early."""
    key = OTHER_GAME.api_key
    path = f"/{key}.ws.gamesparks.net/ws/secure/prefix/{key}"
    writer_url = f"ws://preview-prefix{path}"
    async with await WireClient.open(writer_url, host="127.0.0.1", port=server.port) as client:
        assert "sessionId" in await client.handshake(SECRET)
        await client.device_log_in("js-secure")
        (row,) = server.rows("SELECT stage_id FROM players_player WHERE id = ?", client.user_id)
        assert row["stage_id"] == server.stage_id(OTHER_GAME, "preview")
