"""wire-protocol.md §10: what is answered to requests that cannot be done."""

import asyncio
import json
from typing import Any

import pytest

from tests.live_server import unique
from tests.raw_socket import TEXT, RawSocket, frame
from tests.server_fixtures import Connect
from tests.wire.conftest import Player
from tests.wire.driven import DrivenServer
from tests.wire_client import Closed, WireClient
from tests.wire_games import GAME

MALFORMED = {"@class": ".ErrorResponse", "error": {"request": "MALFORMED"}}
TOO_LARGE = {"@class": ".ErrorResponse", "error": {"request": "TOO_LARGE"}}
THROTTLED = {"request": "THROTTLED"}
LIMIT = 256 * 1024


def nested(levels: int) -> str:
    """A request whose deepest value is at that level."""
    return '{"@class":".NoSuchRequest","x":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"


async def test_unknown_class(player: Player) -> None:
    for client in (await player("anna"),):
        answer = await client.request("NoSuchRequest", field=1)
        assert answer == {
            "@class": ".NoSuchResponse",
            "requestId": answer["requestId"],
            "error": {"@class": "UNKNOWN"},
        }
        for document in ({}, {"@class": 7}, {"@class": None}, {"@class": ""}, {"@class": {"a": "b"}}):
            await client.send({**document, "requestId": "r"})
            assert await client.answer("r") == {
                "@class": ".ErrorResponse",
                "requestId": "r",
                "error": {"@class": "REQUIRED"},
            }


async def test_unknown_class_before_the_handshake(server: DrivenServer) -> None:
    async with await WireClient.open(server.url()) as client:
        await client.next_response()
        assert (await client.request("NoSuchRequest"))["error"] == {"@class": "UNKNOWN"}
        await client.send({"requestId": "r"})
        assert (await client.answer("r"))["error"] == {"@class": "REQUIRED"}


async def test_unknown_event_key(player: Player) -> None:
    anna = await player("anna")
    answer = await anna.request("LogEventRequest", eventKey="NO_SUCH_EVENT")
    assert answer["error"] == {"eventKey": "INVALID"}


async def test_missing_ill_typed_field(player: Player) -> None:
    anna = await player("anna")

    async def error(name: str, **fields: Any) -> Any:
        return (await anna.request(name, **fields))["error"]

    assert await error("SendFriendMessageRequest") == {"friendIds": "REQUIRED", "message": "REQUIRED"}
    assert await error("SendFriendMessageRequest", friendIds=None, message=None) == {
        "friendIds": "REQUIRED",
        "message": "REQUIRED",
    }
    assert await error("SendFriendMessageRequest", friendIds=7, message={}) == {
        "friendIds": "INVALID",
        "message": "INVALID",
    }
    assert await error("SendFriendMessageRequest", friendIds=["a", 7]) == {
        "friendIds": "INVALID",
        "message": "REQUIRED",
    }
    assert await error("ListMessageRequest", entryCount="ten", offset=1.5, include=[]) == {
        "entryCount": "INVALID",
        "offset": "INVALID",
        "include": "INVALID",
    }
    assert await error("RegistrationRequest", userName=1) == {
        "userName": "INVALID",
        "password": "REQUIRED",
        "displayName": "REQUIRED",
    }


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "nonsense",
        "7",
        '"text"',
        "null",
        "[]",
        "[1]",
        '[{"@class":".EndSessionRequest"},2]',
        "{'@class':'x'}",
        '{"@class":".EndSessionRequest"} {}',
        '{"@class":".EndSessionRequest","x":"\\ud800"}',
        '{"@class":".EndSessionRequest","x":"\\u0000"}',
        '{"@class":".EndSessionRequest","\\u0000":1}',
        '{"@class":".EndSessionRequest","x":"a\nb"}',
        '{"@class":".EndSessionRequest","x":NaN}',
        nested(65),
        "[" * 100_000,
        '{"a":' * 40_000,
    ],
    ids=lambda text: ascii(text[:48]),
)
async def test_malformed_json_nesting_over_64_non_object(server: DrivenServer, text: str) -> None:
    async with await server.connect() as client:
        await client.send_text(text)
        assert await client.next_response() == MALFORMED
        await client.send_text(nested(64))
        assert (await client.next_response())["error"] == {"@class": "UNKNOWN"}


async def test_request_over_256_kb(server: DrivenServer, player: Player) -> None:
    anna = await player("anna")
    request = '{"@class":".NoSuchRequest","requestId":"r","x":"%s"}'
    room = LIMIT - len(request % "")
    for text, answered in (
        ("x" * room, True),
        ("x" * (room + 1), False),
        ("😀" * (room // 4), True),
        ("😀" * (room // 4 + 1), False),
        ("x" * (3 * LIMIT), False),
    ):
        await anna.send_text(request % text)
        answer = await anna.next_response()
        assert answer == TOO_LARGE if not answered else answer["error"] == {"@class": "UNKNOWN"}
    assert "error" not in await anna.request("AccountDetailsRequest")

    raw = await RawSocket.open(server.url())
    async with WireClient(raw) as client:
        await client.handshake(GAME.secrets["device"])
        await raw.send_bytes(frame(TEXT, b"x" * (1024 * 1024 + 1)))
        assert await client.wait_closed() == 1009


def batches(name: str, number: int) -> list[str]:
    """So many requests in arrays of a hundred."""
    made = [{"@class": f".{name}", "requestId": str(each)} for each in range(number)]
    return [json.dumps(made[start : start + 100]) for start in range(0, number, 100)]


async def throttled(client: WireClient, number: int) -> int:
    """How many of that many requests at once are refused."""
    for text in batches("EndSessionRequest", number):
        await client.send_text(text)
    answers = [await client.answer(str(each)) for each in range(number)]
    return sum(answer.get("error") == THROTTLED for answer in answers)


LIMITS = "FLINT_LIMIT_"


async def test_rate_limit(server: DrivenServer, connect: Connect) -> None:
    """The buckets fill up slowly here, so that only what they hold at first can be taken."""
    client, server_type = await connect(), await connect(credential="server")
    async with (
        server.replaced("django.conf", f"settings.{LIMITS}REQUESTS_BURST", 500) as burst,
        server.replaced("django.conf", f"settings.{LIMITS}REQUESTS_PER_SECOND", 2) as rate,
        server.replaced("django.conf", f"settings.{LIMITS}SERVER_REQUESTS_PER_SECOND", 600) as server_rate,
    ):
        assert (burst, rate, server_rate) == (500, 100, 1000)
        assert 160 < await throttled(client, 700) <= 200
        await asyncio.sleep(0.6)
        assert "error" not in await client.request("EndSessionRequest")
    async with server.settings(**{f"{LIMITS}SERVER_REQUESTS_PER_SECOND": 2}):
        assert 160 < await throttled(server_type, 700) <= 200


async def test_rate_limit_of_the_queue(server: DrivenServer) -> None:
    """64 frames or 1 MiB wait; what comes then is refused at once, and nothing is lost."""
    raw = await RawSocket.open(server.url())
    async with WireClient(raw) as client:
        await client.handshake(GAME.secrets["device"])
        slow = {"userName": unique("slow"), "password": "x", "displayName": "x"}
        requests = [{"@class": ".RegistrationRequest", "requestId": "slow", **slow}]
        requests += [{"@class": ".DeviceAuthenticationRequest", "requestId": str(n)} for n in range(200)]
        await raw.send_bytes(b"".join(frame(TEXT, json.dumps(each).encode()) for each in requests))
        assert "error" not in await client.answer("slow")
        answers = [await client.answer(str(number)) for number in range(200)]
        refused = [answer["@class"] for answer in answers if answer["error"] == THROTTLED]
        assert 100 <= len(refused) <= 137
        assert set(refused) == {".AuthenticationResponse"}
        assert answers[0]["error"] == {"deviceId": "REQUIRED", "deviceOS": "REQUIRED"}


async def test_rate_limit_of_arrays(connect: Connect) -> None:
    client = await connect()
    await client.send_text(json.dumps([{"@class": ".EndSessionRequest"}] * 101))
    assert await client.next_response() == {"@class": ".ErrorResponse", "error": THROTTLED}
    assert "error" not in await client.request("EndSessionRequest")


async def test_rate_limit_of_handshakes(server: DrivenServer) -> None:
    away: dict[str, Any] = {"additional_headers": {"X-Forwarded-For": "203.0.113.99"}}
    opened: list[WireClient] = []
    async with (
        server.settings(TRUSTED_HOPS=1),
        server.replaced("django.conf", f"settings.{LIMITS}HANDSHAKES_PER_SECOND", 1) as rate,
    ):
        assert rate == 20
        try:
            for _ in range(12):
                opened += await asyncio.gather(*(WireClient.open(server.url(), **away) for _ in range(25)))
            first = [await client.next_response() for client in opened]
        finally:
            await asyncio.gather(*(client.close() for client in opened))
    refused = [frame for frame in first if "nonce" not in frame]
    assert 80 < len(refused) <= 100
    assert refused[0] == {"@class": ".AuthenticatedConnectResponse", "error": THROTTLED}


async def test_rate_limit_of_wrong_passwords(server: DrivenServer, connect: Connect) -> None:
    anna, name = await connect(), unique("anna")
    await anna.register(name, "right")
    client = await connect()
    for _ in range(10):
        answer = await client.log_in(name, "wrong")
        assert (answer["@class"], answer["error"]) == (".AuthenticationResponse", {"DETAILS": "UNRECOGNISED"})
    assert (await client.log_in(name, "right"))["error"] == {"DETAILS": "LOCKED"}
    assert (await client.log_in("nobody", "x"))["error"] == {"DETAILS": "UNRECOGNISED"}
    server.execute(
        "UPDATE players_player SET locked_until_ms = locked_until_ms - 300000 WHERE id = ?", anna.user_id
    )
    assert "error" not in await client.log_in(name, "right")


async def test_class_forbidden_to_the_credential(connect: Connect, player: Player) -> None:
    limited = await player("limited", credential="limited")
    answer = await limited.request("SendFriendMessageRequest", friendIds=["x"], message="x")
    assert answer == {
        "@class": ".SendFriendMessageResponse",
        "requestId": answer["requestId"],
        "error": {"@class": "NOT_ALLOWED"},
    }
    assert "error" not in await limited.request("AccountDetailsRequest")
    device, server_type = await player("anna"), await connect(credential="server")
    for client, name in (
        (device, "SendMessageRequest"),
        (device, "SetSegmentValueRequest"),
        (device, "ListBulkJobsAdminRequest"),
        (server_type, "ListBulkJobsAdminRequest"),
        (server_type, "BroadcastRequest"),
    ):
        assert (await client.request(name))["error"] == {"@class": "NOT_ALLOWED"}, name


async def test_server_socket_without_with_unknown_playerid_where_a_player_is_needed(
    connect: Connect, player: Player
) -> None:
    anna = await player("anna", stage="live")
    here = await player("here")
    for credential in ("server", "server-send"):
        socket = await connect(credential=credential)
        for player_id, code in (
            (None, "REQUIRED"),
            ("", "REQUIRED"),
            ("0" * 24, "INVALID"),
            (7, "INVALID"),
            (anna.user_id, "INVALID"),
        ):
            answer = await socket.request("AccountDetailsRequest", playerId=player_id)
            assert answer["error"] == {"playerId": code}
        assert (await socket.request("AccountDetailsRequest", playerId=here.user_id))[
            "userId"
        ] == here.user_id
        assert "error" not in await socket.request("EndSessionRequest")
    # On a player's socket nobody else is acted for.
    other = await player("other")
    answer = await other.request("AccountDetailsRequest", playerId=here.user_id)
    assert answer["userId"] == other.user_id


async def test_which_check_answers(server: DrivenServer, connect: Connect, player: Player) -> None:
    """Each request fails this check and all that come after it."""
    limited = await connect(credential="limited")

    async def error(client: WireClient, name: str, **fields: Any) -> Any:
        return (await client.request(name, **fields))["error"]

    await limited.send_text('{"@class":".NoSuchRequest","x":"\\u0000"}')
    assert await limited.next_response() == MALFORMED
    assert await error(limited, "NoSuchRequest") == {"@class": "UNKNOWN"}
    assert await error(limited, "SendFriendMessageRequest") == {"@class": "NOT_ALLOWED"}
    assert await error(limited, "AmazonBuyGoodsRequest", receiptId=7) == {"authentication": "NOTAUTHORIZED"}
    assert await error(limited, "ListMessageRequest", entryCount="x") == {"authentication": "NOTAUTHORIZED"}
    anna = await player("anna")
    assert await error(anna, "AmazonBuyGoodsRequest", receiptId=7) == {"@class": "NOT_SUPPORTED"}
    assert await error(anna, "GetMessageRequest", messageId=7) == {"messageId": "INVALID"}
    assert await error(anna, "GetMessageRequest", messageId="7") == {"messageId": "INVALID"}

    async with server.settings(**{f"{LIMITS}REQUESTS_PER_SECOND": 2}):
        await throttled(limited, 700)
        for text in batches("SendFriendMessageRequest", 100):
            await limited.send_text(text)
        errors = [(await limited.answer(str(number)))["error"] for number in range(100)]
    assert errors.count(THROTTLED) > 60
    assert all(error in (THROTTLED, {"@class": "NOT_ALLOWED"}) for error in errors)
    for text in batches("NoSuchRequest", 100):
        await limited.send_text(text)
    unknown = [(await limited.answer(str(number)))["error"] for number in range(100)]
    assert unknown == [{"@class": "UNKNOWN"}] * 100


async def test_durable_requests(server: DrivenServer, connect: Connect, player: Player) -> None:
    anna, bob = await player("anna"), await player("bob")
    await server.befriend(anna.user_id, bob.user_id)
    message: dict[str, Any] = {"friendIds": [bob.user_id], "message": "x"}
    before = server.count("players_durablereply")
    # Neither of a request that is refused, nor of one whose player is not logged in, is anything kept.
    assert (await anna.request("GetMessageRequest", request_id="d_1", messageId="x"))["error"]
    nobody = await connect()
    assert (await nobody.request("SendFriendMessageRequest", request_id="d_1", **message))["error"]
    assert server.count("players_durablereply") == before
    answer = await anna.request("SendFriendMessageRequest", request_id="d_1", **message)
    (row,) = server.rows("SELECT * FROM players_durablereply ORDER BY created_ms DESC LIMIT 1")
    assert row["response"] == anna.text_of(answer)

    server.execute("UPDATE players_durablereply SET created_ms = created_ms - 6 * 86400000")
    await anna.request("SendFriendMessageRequest", request_id="d_1", **message)
    assert len(server.messages_of(bob.user_id)) == 1
    server.execute("UPDATE players_durablereply SET created_ms = created_ms - 2 * 86400000")
    await anna.request("SendFriendMessageRequest", request_id="d_1", **message)
    assert len(server.messages_of(bob.user_id)) == 2


async def test_request_over_256_kb_closes_nobody_elses_socket(server: DrivenServer, player: Player) -> None:
    anna = await player("anna")
    async with WireClient(await RawSocket.open(server.url())) as client:
        await client.send_text("x" * 2_000_000)
        with pytest.raises(Closed):
            await client.next_response(lambda frame: "sessionId" in frame)
    assert "error" not in await anna.request("AccountDetailsRequest")
