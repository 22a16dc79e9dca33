"""Two thousand made-up frames at one live socket: each is answered as wire-protocol.md §10 says,
and nothing is stored. Then what breaks the WebSocket protocol itself.
"""

import asyncio
import itertools
import json
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.catalogue import CATALOGUE
from tests.raw_socket import BINARY, TEXT, RawSocket, frame
from tests.wire.conftest import NewDriven, Player
from tests.wire.driven import DrivenServer
from tests.wire_client import Frame, WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.sqlite  # nothing of it reaches a table
FRAMES, BATCH = 2000, 20
# Requests that rightly change something when their fields happen to be right.
CHANGING = {"EndSessionRequest", "ChangeUserDetailsRequest", "AnalyticsRequest"}
NAMES = sorted(name for name, spec in CATALOGUE.items() if not spec.login and name not in CHANGING)
FIELDS = sorted(
    {
        *("friendIds", "message", "messageId", "messageIds", "entryCount", "offset", "include", "status"),
        *("playerId", "playerIds", "data", "deviceOS", "pushId", "friendId", "inviteId", "scriptData"),
        *("authToken", "error", "eventKey", "challengeInstanceId", "segmentQuery"),
    }
)
ERRORS = {"@class", "authentication", "request"}
LONE_SURROGATE = re.compile("[\ud800-\udfff]")

characters = st.one_of(st.characters(codec="utf-8"), st.sampled_from('\0\ud7f8😀\u2028${}{%#"\\'))
texts = st.text(characters, max_size=8)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    texts,
    st.sampled_from([2**53, -(2**63), 2**64, 10**30, 1e308, "0" * 24, "${title}", "{# x"]),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
classes = st.one_of(
    st.sampled_from([f".{name}" for name in NAMES]),
    st.sampled_from(NAMES),
    st.sampled_from([".SendFriendMessageRequest", ".ListMessageRequest", ".AuthenticatedConnectRequest"]),
    leaves,
)
ids = st.one_of(
    texts.filter(lambda text: not text.startswith("d_")), leaves.filter(lambda x: not isinstance(x, str))
)
requests = st.builds(
    lambda name, request_id, fields: {"@class": name, **request_id, **fields},
    classes,
    st.just({}) | st.builds(lambda request_id: {"requestId": request_id}, ids),
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=3),
)
documents = st.one_of(requests, st.dictionaries(texts, values, max_size=2))
small = st.dictionaries(texts, leaves, max_size=1)
batches = st.lists(st.one_of(documents, documents, values), max_size=3) | st.builds(
    lambda document, count: [document] * count, small, st.sampled_from([2, 2, 2, 100, 101])
)
nestings = st.builds(
    lambda depth, opening: opening * depth + "1" + ("]" if opening == "[" else "}") * depth,
    st.integers(1, 200),
    st.sampled_from(["[", '{"a":']),
)
written = st.builds(
    lambda value, ascii_only: json.dumps(value, ensure_ascii=ascii_only),
    st.one_of(documents, documents, documents, batches, values),
    st.booleans(),
)


def spoilt(text: str, at: int, by: str) -> str:
    cut = at % (len(text) + 1)
    return text[:cut] + by + text[cut + 1 :]


frames = st.one_of(
    written,
    written,
    written,
    st.builds(
        spoilt, written, st.integers(0, 10_000), st.sampled_from(["", '"', "{", "]", "\\", "\0", ",", " "])
    ),
    nestings,
    texts,
    st.sampled_from([" ", "  ", "[]", "{}", '{"@class":".X","a":"%s"}' % ("x" * 300_000)]),
).filter(lambda text: not LONE_SURROGATE.search(text))


def inner(value: Any) -> Iterator[Any]:
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inner(each)
    if isinstance(value, dict):
        yield from value


def depth(value: Any) -> int:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if below is None else 1 + max(map(depth, below), default=0)


def refused_constant(name: str) -> Any:
    raise ValueError(name)


def outcome(text: str) -> str | list[Frame]:
    """What §10 has for the frame: "" for no answer, the code of an .ErrorResponse, or the requests in it."""
    if not text.strip():
        return ""
    if len(text.encode()) > 256 * 1024:
        return "TOO_LARGE"
    try:
        found = json.loads(text, parse_constant=refused_constant)
    except (ValueError, RecursionError):
        return "MALFORMED"
    documents = found if isinstance(found, list) else [found]
    if isinstance(found, list) and len(found) > 100:
        return "THROTTLED"
    if not documents or not all(isinstance(each, dict) for each in documents):
        return "MALFORMED"
    parts = [part for each in documents for part in inner(each)]
    if any(isinstance(part, str) and ("\0" in part or LONE_SURROGATE.search(part)) for part in parts):
        return "MALFORMED"
    if any(isinstance(part, float) and math.isinf(part) for part in parts):
        return "MALFORMED"
    return "MALFORMED" if any(depth(each) > 64 for each in documents) else documents


def check(request: Frame, answer: Frame, anna: WireClient) -> None:
    """An answer that its request can have."""
    name = request.get("@class")
    name = name.removeprefix(".") if isinstance(name, str) else ""
    if request.get("@class") == ".AuthenticatedConnectRequest":
        assert (answer["@class"], answer["userId"]) == (".AuthenticatedConnectResponse", anna.user_id)
        return
    expected = f".{name.removesuffix('Request')}Response" if name else ".ErrorResponse"
    assert answer["@class"] == expected
    if isinstance(request_id := request.get("requestId"), str):
        assert answer["requestId"] == request_id
    assert ("requestId" in answer) is (request_id is not None)
    error = answer.get("error", {"none": "at all"})
    assert isinstance(error, dict)
    assert error
    if not name:
        assert error == {"@class": "REQUIRED"}
    elif name not in CATALOGUE:
        assert error == {"@class": "UNKNOWN"}
    assert "server" not in error
    assert all(isinstance(code, str) for code in error.values())


async def answers_to(client: WireClient, text: str, number: int) -> list[Frame]:
    """What came for the frame, before the answer to a request sent right after it."""
    seen = len(client.frames)
    await client.send_text(text)
    last = f"sync {number}"
    await client.send({"@class": ".SyncRequest", "requestId": last})
    await client.answer(last)
    answers = client.frames[seen:-1]
    client.responses.clear()
    return answers


async def are_answered(anna: WireClient, texts: list[str], sent: Iterator[int]) -> None:
    for text in texts:
        answers, wanted = await answers_to(anna, text, next(sent)), outcome(text)
        if isinstance(wanted, str):
            refused = {"@class": ".ErrorResponse", "error": {"request": wanted}}
            assert answers == ([refused] if wanted else []), text
        else:
            assert len(answers) == len(wanted), text
            for request, answer in zip(wanted, answers, strict=True):
                check(request, answer, anna)


async def test_two_thousand_frames_are_answered_and_store_nothing(
    new_driven: NewDriven, player: Player
) -> None:
    server = new_driven()  # its own, so that nothing else is stored meanwhile
    anna = await player("anna", on=server)
    before, pid = server.counts(), server.pid
    (row,) = server.rows("SELECT * FROM players_player WHERE id = ?", anna.user_id)
    loop, sent = asyncio.get_running_loop(), itertools.count()

    @given(texts=st.lists(frames, min_size=BATCH, max_size=BATCH))
    @settings(
        max_examples=FRAMES // BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    def answered(texts: list[str]) -> None:
        asyncio.run_coroutine_threadsafe(are_answered(anna, texts, sent), loop).result()

    limits = {"FLINT_LIMIT_REQUESTS_PER_SECOND": 1_000_000, "FLINT_LIMIT_REQUESTS_BURST": 1_000_000}
    async with server.settings(**limits):
        await asyncio.to_thread(answered)
    assert next(sent) >= FRAMES
    assert anna.messages == []
    assert server.counts() == before
    assert server.rows("SELECT * FROM players_player WHERE id = ?", anna.user_id) == [row]
    assert server.pid == pid
    assert (await anna.request("AccountDetailsRequest"))["userId"] == anna.user_id


BROKEN = {
    "invalid UTF-8": (frame(TEXT, b'{"@class":"\xff"}'), 1007),
    "unmasked": (b"\x81\x02{}", 1002),
    "reserved opcode": (frame(0x3, b"{}"), 1002),
    "reserved bit": (bytes([0xC1]) + frame(TEXT, b"{}")[1:], 1002),
    "continuation of nothing": (frame(0x0, b"{}"), 1002),
    "long ping": (frame(0x9, b"x" * 126), 1002),
    "too large": (frame(TEXT, b" " * (1024 * 1024 + 1)), 1009),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_frame_that_breaks_the_protocol_ends_its_own_socket(
    server: DrivenServer, player: Player, name: str
) -> None:
    anna = await player("anna")
    raw = await RawSocket.open(server.url())
    async with WireClient(raw) as client:
        await client.handshake(GAME.secrets["device"])
        data, code = BROKEN[name]
        await raw.send_bytes(data)
        assert await client.wait_closed() == code
    assert (await anna.request("AccountDetailsRequest"))["userId"] == anna.user_id


async def test_fragments_and_binary_frames_are_read_as_text(server: DrivenServer) -> None:
    raw = await RawSocket.open(server.url())
    async with WireClient(raw) as client:
        await client.handshake(GAME.secrets["device"])
        text = '{"@class":".EndSessionRequest","requestId":"%s"}'
        whole = (text % "é").encode()
        parts = [whole[:10], whole[10:-5], whole[-5:]]
        for opcode, fin, part in zip((TEXT, 0, 0), (False, False, True), parts, strict=True):
            await raw.send_bytes(frame(opcode, part, fin=fin))
        assert "error" not in await client.answer("é")
        await raw.send_bytes(frame(BINARY, (text % "binary").encode()))
        assert "error" not in await client.answer("binary")
        await raw.send_bytes(frame(BINARY, b"\xff\xfe"))
        assert (await client.next_response())["error"] == {"request": "MALFORMED"}
