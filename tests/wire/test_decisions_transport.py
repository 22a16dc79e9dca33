"""wire-protocol.md §10: secure sockets, REST, idle sockets."""

import json
from typing import Any

import pytest

from tests.raw_socket import RawSocket
from tests.shifted_framing import ShiftedFraming
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import WireClient
from tests.wire_games import GAME, OTHER_GAME

SECRET = OTHER_GAME.secrets["device"]
KEY = OTHER_GAME.api_key


@pytest.mark.parametrize(
    ("path", "host", "shifted"),
    [
        (f"/ws/secure/{KEY}", f"preview-{KEY}.example.com", False),
        (f"/ws/secure/{KEY}?deviceOS=W", f"preview-{KEY}.example.com", False),
        (f"/ws/secure/{KEY}?deviceOS=W&deviceID=1&SDK=5.6", f"preview-{KEY}.example.com", True),
        (f"/preview/ws/secure/{KEY}?SDK=x", "", True),
        (f"/ws/secure/prefix/{KEY}?SDK=x", f"preview-{KEY}.example.com", False),
        (f"/{KEY}.ws.example.com/ws/secure/prefix/{KEY}", "preview-prefix", False),
        (f"/ws/secure/prefix:/{KEY}?SDK=Lua", "preview.example.com", False),
    ],
)
async def test_secure(server: DrivenServer, path: str, host: str, shifted: bool) -> None:
    """It is the device credential whatever the prefix; the key is the whole secret."""
    framing = ShiftedFraming(SECRET) if shifted else None
    url = f"ws://{host or 'example.com'}{path}"
    async with await WireClient.open(url, framing=framing, host="127.0.0.1", port=server.port) as client:
        assert "sessionId" in await client.handshake(SECRET)
        await client.device_log_in("secure-device", displayName="é 😀 \ud7f8")
        details = await client.request("AccountDetailsRequest")
        assert details["displayName"] == "é 😀 \ud7f8"
        (row,) = server.rows("SELECT stage_id FROM players_player WHERE id = ?", client.user_id)
        assert row["stage_id"] == server.stage_id(OTHER_GAME)


def rest(server: DrivenServer, path: str, body: Any = b"", host: str = "") -> tuple[int, Any]:
    return server.post(path, body if isinstance(body, bytes) else json.dumps(body).encode(), host)


async def test_rest(server: DrivenServer, player: Player) -> None:
    bob = await player("bob")
    key, secret = GAME.api_key, GAME.secrets["server"]
    base = f"/preview/rs/{key}/server/{secret}"
    send, details = f"{base}/SendMessageRequest", f"{base}/AccountDetailsRequest"
    named = {"playerId": bob.user_id}
    host = f"{key}.preview.example.com"

    status, answer = rest(server, send, {"playerIds": [bob.user_id], "requestId": 7, "@class": ".Other"})
    assert (status, answer["@class"], answer["requestId"]) == (200, ".SendMessageResponse", "7")
    await bob.expect_message("ScriptMessage")
    assert rest(server, details, named)[1]["userId"] == bob.user_id
    for path, at in (
        (f"/rs/server/{secret}/AccountDetailsRequest", host),
        (f"/rs/server/{secret}/AccountDetailsRequest", host.upper()),
        (f"/rs/server/{secret}/AccountDetailsRequest", f"preview-{key}.example.com"),
    ):
        assert rest(server, path, named, at)[1].get("userId") == bob.user_id, at

    # A request's own errors are answered with 200.
    assert rest(server, details) == (
        200,
        {"@class": ".AccountDetailsResponse", "error": {"playerId": "REQUIRED"}},
    )
    assert rest(server, f"{base}/NoSuchRequest")[1]["error"] == {"@class": "UNKNOWN"}
    live = f"/rs/{key}/server/{secret}/AccountDetailsRequest"
    assert rest(server, live, named)[1]["error"] == {"playerId": "INVALID"}


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("{base}/SendMessageRequest", b"{", 400, {"request": "MALFORMED"}),
        ("{base}/SendMessageRequest", b"[]", 400, {"request": "MALFORMED"}),
        ("{base}/SendMessageRequest", b'{"x":"\\u0000"}', 400, {"request": "MALFORMED"}),
        ("/preview/rs/NoSuchKey/server/{secret}/SendMessageRequest", b"", 404, {"apiKey": "UNKNOWN"}),
        ("/preview/rs/{key}/nobody/{secret}/SendMessageRequest", b"", 404, {"apiKey": "UNKNOWN"}),
        ("/preview/rs/{key}/server/wrong/SendMessageRequest", b"", 401, {"secret": "INVALID"}),
        ("/preview/rs/{key}/device/{device}/EndSessionRequest", b"", 403, {"@class": "NOT_ALLOWED"}),
        ("{base}/ListBulkJobsAdminRequest", b"", 403, {"@class": "NOT_ALLOWED"}),
        ("{base}/SendMessageRequest", b'{"x":"%s"}' % (b"x" * 262_144), 413, {"request": "TOO_LARGE"}),
    ],
)
def test_rest_refusals(
    server: DrivenServer, path: str, body: bytes, status: int, error: dict[str, str]
) -> None:
    names = {"key": GAME.api_key, "secret": GAME.secrets["server"], "device": GAME.secrets["device"]}
    names["base"] = f"/preview/rs/{GAME.api_key}/server/{names['secret']}"
    got, answer = rest(server, path.format(**names), body)
    assert (got, answer["error"]) == (status, error)
    assert not any(secret in server.log() for secret in names.values() if secret.endswith("secret"))


async def test_rest_is_throttled(server: DrivenServer) -> None:
    path = f"/preview/rs/{GAME.api_key}/debug/{GAME.secrets['debug']}/EndSessionRequest"
    async with server.settings(FLINT_LIMIT_REQUESTS_BURST=2, FLINT_LIMIT_REQUESTS_PER_SECOND=0.01):
        answers = [rest(server, path, {}) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 429]
    assert answers[2][1] == {"@class": ".EndSessionResponse", "error": {"request": "THROTTLED"}}


async def test_idle(server: DrivenServer) -> None:
    """A ping after 25 s without one; who leaves it unanswered for 35 s is dropped without a close frame."""
    timeouts = "realtime.timeouts"
    async with (
        server.replaced(timeouts, "PING_AFTER", 0.3) as ping_after,
        server.replaced(timeouts, "PONG_WITHIN", 1.0) as pong_within,
    ):
        assert (ping_after, pong_within) == (25, 35)
        answering, silent = await RawSocket.open(server.url()), await RawSocket.open(server.url())
        silent.answers_pings = False
        async with WireClient(answering) as alive, WireClient(silent) as dead:
            for client in (alive, dead):
                await client.handshake(GAME.secrets["device"])
            assert await dead.wait_closed(within=8) == 1006
            assert len(silent.pings) == 1
            assert "error" not in await alive.request("EndSessionRequest")
            assert len(answering.pings) >= 2
