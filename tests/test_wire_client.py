"""The test client itself: what it imports, what it signs, how it frames, what it waits for."""

import ast
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.shifted_framing import ShiftedFraming, shift
from tests.wire_client import Closed, WireClient, WireError, sign

SECRET = "secret"


def roots(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else str(node.module).partition(".")[0])
    return found


def test_client_imports_only_the_standard_library_and_websockets() -> None:
    path = Path(__file__).with_name("wire_client.py")
    assert roots(path) - set(sys.stdlib_module_names) == {"websockets"}
    assert "__import__" not in path.read_text()
    assert "importlib" not in path.read_text()


def test_sign_is_the_protocols_hmac() -> None:
    assert sign("secret", "nonce") == "BC3yX50ZgYZt/KuLzm9ONyEWhhawoC2UqHnCnp9xC1g="


def test_shift_reverses_and_adds_ten() -> None:
    assert shift('{"@class":".X"}', 10).encode().hex() == "c2872c62382c442c7d7d6b766d4a2cc285"
    assert shift(shift("a😀b\ud7f8", 10), -10) == "a😀b\ud7f8"


def test_shifted_framing_wraps_after_the_session_started() -> None:
    framing = ShiftedFraming("p:secret")
    assert framing.incoming(framing.outgoing('{"a":1}')) == '{"a":1}'
    framing.session_started("s1")
    assert json.loads(shift(framing.outgoing('{"a":1}'), -10)) == {
        "json": '{"a":1}',
        "hmac": sign("p:secret-s1", '{"a":1}'),
    }
    assert framing.incoming(framing.outgoing('{"a":1}')) == '{"a":1}'
    with pytest.raises(WireError, match="drops"):
        framing.incoming(shift('{"json":"{}","hmac":"no"}', 10))


async def echo(socket: ServerConnection) -> None:
    """A server of the handshake; `Echo` is answered, `Tell` sends a message first, `Bye` closes."""
    await socket.send('{"@class":".AuthenticatedConnectResponse","nonce":"n"}')
    signed = json.loads(await socket.recv())
    if signed["hmac"] != sign(SECRET, "n"):
        await socket.send('{"@class":".AuthenticatedConnectResponse","error":{"hmac":"INVALID"}}')
        return await socket.close(4401)
    await socket.send('{"@class":".AuthenticatedConnectResponse","sessionId":"s"}')
    async for text in socket:
        if text == " ":
            continue
        frames = json.loads(text)
        for frame in frames if isinstance(frames, list) else [frames]:
            if frame["@class"] == ".ByeRequest":
                return await socket.close(1012)
            if frame["@class"] == ".TellRequest":
                await socket.send(json.dumps({"@class": ".TellMessage", "n": frame["n"]}))
            answer = {
                "@class": frame["@class"].replace("Request", "Response"),
                "requestId": frame["requestId"],
            }
            await socket.send(json.dumps({**answer, **frame.get("fields", {})}))
    return None


@asynccontextmanager
async def connected(**options: Any) -> AsyncIterator[WireClient]:
    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        async with await WireClient.connect(f"ws://127.0.0.1:{port}/", SECRET, **options) as client:
            yield client


async def test_client_shakes_hands_and_correlates_answers() -> None:
    async with connected(deviceId="d") as client:
        assert client.session_id == "s"
        first = await client.post("EchoRequest", fields={"authToken": "t", "userId": "u"})
        second = await client.post("EchoRequest", request_id="d_1")
        assert await client.answer(second) == {"@class": ".EchoResponse", "requestId": "d_1"}
        assert (await client.answer(first))["authToken"] == "t"
        assert (client.auth_token, client.user_id) == ("t", "u")


async def test_client_sends_arrays_and_keep_alives() -> None:
    async with connected() as client:
        await client.keep_alive()
        ids = await client.post_array([("EchoRequest", {}), ("EchoRequest", {"fields": {"x": 1}})])
        assert [(await client.answer(each)).get("x") for each in ids] == [None, 1]


async def test_client_keeps_messages_until_they_are_taken() -> None:
    async with connected() as client:
        for n in range(4):
            await client.request("TellRequest", n=n)
        assert (await client.expect_message("TellMessage", n=1))["n"] == 1
        assert [frame["n"] for frame in await client.messages_until(lambda frame: frame["n"] == 3)] == [0, 2]
        assert client.messages == []
        assert client.text_of(client.frames[-2]) == '{"@class": ".TellMessage", "n": 3}'


async def test_client_says_what_did_not_arrive() -> None:
    async with connected() as client:
        with pytest.raises(WireError, match=r"no FriendMessage with \{'x': 1\} within 0\.05 s"):
            await client.expect_message("FriendMessage", x=1, within=0.05)


async def test_client_reports_a_refused_handshake_and_the_close_code() -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(WireError, match="refused"):
            await WireClient.connect(url, "wrong")
        client = await WireClient.open(url)
        assert (await client.handshake("wrong"))["error"] == {"hmac": "INVALID"}
        assert await client.wait_closed() == 4401
        await client.close()


async def test_client_whose_socket_ends_stops_waiting() -> None:
    async with connected() as client:
        waiting = asyncio.create_task(client.expect_message())
        await client.post("ByeRequest")
        with pytest.raises(Closed) as end:
            await waiting
        assert end.value.code == 1012
