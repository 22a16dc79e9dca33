"""Scripts that try to call this network, or to keep the server waiting: each call ends at a limit."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote

import aiohttp.connector
import msgspec
import pytest

from cloudcode import egress
from tests.cloudcode.conftest import Ended
from tests.wire.http_service import http_service

pytestmark = pytest.mark.django_db(transaction=True)

NOT_PUBLIC = "is no host of the public internet: the operator may allow it by FLINT_SCRIPT_HOSTS"
NAMES: dict[str, list[str]] = {  # what a name server that a script's author owns may say
    "localhost": ["127.0.0.1"],
    "loopback.test": ["127.0.0.1"],
    "office.test": ["10.1.2.3", "192.168.0.7"],
    "metadata.test": ["169.254.169.254"],
    "zero.test": ["0.0.0.0"],
    "six.test": ["::1"],
    "local.test": ["fe80::1", "fd00::1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "carrier.test": ["100.64.0.1"],
}
ALLOWED = "allowed.test"  # by the operator, at 127.0.0.1
PUBLIC = "93.184.216.34"
FORMS: dict[str, list[str]] = {
    "names": [f"http://{name}:PORT/" for name in NAMES]
    + ["http://LOCALHOST:PORT/", "http://localhost.:PORT/"],
    "decimal": [
        *("http://2130706433:PORT/", "http://127.1:PORT/", "http://127.0.1:PORT/", "http://0:PORT/"),
        *("http://3232235521:PORT/", "http://10.1:PORT/", "http://172.16.1:PORT/", "http://2852039166:PORT/"),
    ],
    "octal and hexadecimal": [
        *("http://0177.0.0.1:PORT/", "http://0x7f.0.0.1:PORT/", "http://0x7f000001:PORT/"),
        *("http://017700000001:PORT/", "http://0300.0250.0.1:PORT/", "http://0xa9fea9fe:PORT/"),
        *("http://0x7f.1:PORT/", "http://00000177.1:PORT/"),
    ],
    "IPv4": [
        *("http://127.0.0.1:PORT/", "http://127.255.255.254:PORT/", "http://0.0.0.0:PORT/"),
        *("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1:PORT/", "http://192.168.1.1:PORT/"),
        *("http://172.31.0.1:PORT/", "http://100.100.100.200/", "http://255.255.255.255:PORT/"),
        *("http://224.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://１２７.0.0.1:PORT/"),
    ],
    "IPv6": [
        *("http://[::1]:PORT/", "http://[::]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/"),
        *("http://[fe80::1]:PORT/", "http://[fe80::1%25lo]:PORT/", "http://[fd00:ec2::254]/"),
        *("http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://[::127.0.0.1]:PORT/"),
        *(
            "http://[64:ff9b::7f00:1]:PORT/",
            "http://[2002:7f00:1::]:PORT/",
            "http://[64:ff9b:1::7f00:1]:PORT/",
        ),
    ],
    "whom a URL seems to name": [
        *("http://example.com@127.0.0.1:PORT/", "http://example.com:80@127.0.0.1:PORT/"),
        *("http://127.0.0.1:PORT/#@example.com/", "http://127.0.0.1:PORT/?@example.com/"),
        *("http://a:b@loopback.test:PORT/", "http://example.com%2f@127.0.0.1:PORT/"),
        *(" http://127.0.0.1:PORT/ ", "HTTP://127.0.0.1:PORT/", "https://127.0.0.1:PORT/"),
    ],
}
ONLY, UNREADABLE = "only http:// and https:// addresses can be called", "the URL cannot be read"
NO_ADDRESSES = {
    "http:127.0.0.1:PORT/": ONLY,
    "//127.0.0.1:PORT/": ONLY,
    "http:///127.0.0.1:PORT/": ONLY,
    "file:///etc/passwd": ONLY,
    "gopher://127.0.0.1:PORT/": ONLY,
    "ws://127.0.0.1:PORT/": ONLY,
    "": ONLY,
    "http://[::1:PORT/": UNREADABLE,
    "http://[v1.x]:PORT/": "nobody knows the host v1.x",
    "http://127.0.0.1:PORT:80/": UNREADABLE,
    "http://127.0.0.1:99999/": UNREADABLE,
    "http://example.com\\@127.0.0.1:PORT/": UNREADABLE,
    "http://127.0.0.1:PORT\\@example.com/": UNREADABLE,
    "http://\x00127.0.0.1:PORT/": "the call to \x00127.0.0.1 failed: ValueError",
}
CALLS = """
Spark.setScriptData("told", URLS.map(function (url) {
    try { return Spark.getHttp(url).get().responseString; } catch (e) { return e.message; }
}));
"""


@pytest.fixture(autouse=True)
async def no_session() -> AsyncIterator[None]:
    """Each test has an event loop of its own."""
    yield
    await egress.stop()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """All that can be looked up."""
    known = {**NAMES, ALLOWED: ["127.0.0.1"]}

    def look_up(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        name = str(host).lower().rstrip(".")
        with suppress(OSError):  # old forms of addresses, as the system's own function has them
            known.setdefault(name, [socket.inet_ntoa(socket.inet_aton(name))])
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in known[name]
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


async def told(ended: Ended, urls: list[str]) -> list[str]:
    """What a script gets of each, its answer or the exception's sentence."""
    found: list[str] = []
    for start in range(0, len(urls), 50):
        text = CALLS.replace("URLS", msgspec.json.encode(urls[start : start + 50]).decode())
        outcome = await ended(text, seconds=30)
        assert outcome.failure is None, outcome.failure
        found += outcome.script_data["told"]
    return found


def leading_in(urls: list[str], answers: list[str]) -> list[tuple[str, str]]:
    return [each for each in zip(urls, answers, strict=True) if not each[1].endswith(NOT_PUBLIC)]


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("kind", FORMS)
async def test_no_form_of_an_address_leads_into_this_network(ended: Ended, kind: str) -> None:
    async with http_service() as service:
        urls = [each.replace("PORT", str(service.port)) for each in FORMS[kind]]
        assert leading_in(urls, await told(ended, urls)) == []
    assert service.calls == []


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("kind", FORMS)
async def test_no_redirect_leads_into_this_network(ended: Ended, settings: Any, kind: str) -> None:
    """Not from a host either that the operator has allowed."""
    settings.FLINT_SCRIPT_HOSTS = [ALLOWED]
    async with http_service() as service:
        start = f"http://{ALLOWED}:{service.port}"
        targets = [each.strip().replace("PORT", str(service.port)) for each in FORMS[kind]]
        urls = [f"{start}/{way}/{quote(each, safe=':/')}" for each in targets for way in ("to", "307")]
        assert leading_in(urls, await told(ended, urls)) == []
    assert len(service.calls) == len(urls)  # each redirect, and nothing behind it


@pytest.mark.usefixtures("names")
async def test_what_is_no_address_is_called_nowhere(ended: Ended) -> None:
    async with http_service() as service:
        urls = [each.replace("PORT", str(service.port)) for each in NO_ADDRESSES]
        sentences = await told(ended, urls)
    assert service.calls == []
    assert dict(zip(NO_ADDRESSES, sentences, strict=True)) == NO_ADDRESSES


async def test_a_name_that_becomes_another_address_is_judged_where_it_leads(
    ended: Ended, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to the addresses that were judged, whatever the name has become since."""
    connected: list[str] = []

    async def connect(*, addr_infos: list[Any], **_: Any) -> socket.socket:
        connected.extend(each[4][0] for each in addr_infos)
        names["rebinding.test"] = ["127.0.0.1"]
        raise OSError("nobody is there")

    monkeypatch.setattr(aiohttp.connector.aiohappyeyeballs, "start_connection", connect)
    names["rebinding.test"] = ["10.0.0.1", PUBLIC, "127.0.0.1"]
    assert await told(ended, ["http://rebinding.test/"]) == [
        "the call to rebinding.test failed: ClientConnectorError"
    ]
    await egress.stop()  # it remembers names for a while
    (again,) = await told(ended, ["http://rebinding.test/"])
    assert (again.endswith(NOT_PUBLIC), connected) == (True, [PUBLIC])


LATE = f"{ALLOWED} did not answer within 0.5 seconds"
LARGE = "the answer is larger than 1024 KB"
BROKEN = f"the call to {ALLOWED} failed: ClientResponseError"
ENDLESS = {
    "a byte now and then": (
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"x",
        0.02,
        LATE,
    ),
    "a body": (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, 0, LARGE),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"ffff\r\n" + b"x" * 65535 + b"\r\n",
        0,
        LARGE,
    ),
    "a header": (
        b"HTTP/1.1 200 OK\r\nX: ",
        b"x" * 65536,
        0,
        BROKEN,
    ),
    "headers": (
        b"HTTP/1.1 200 OK\r\n",
        b"X: y\r\n" * 10_000,
        0,
        BROKEN,
    ),
    "informations": (
        b"",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        0.001,
        LATE,
    ),
    "nothing": (b"", b"", 0.1, LATE),
    "no HTTP": (b"\0" * 100, b"\0" * 65536, 0, BROKEN),
}


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("what", ENDLESS)
async def test_what_answers_without_end_is_ended(
    ended: Ended, settings: Any, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    settings.FLINT_SCRIPT_HOSTS = [ALLOWED]
    monkeypatch.setattr(egress, "SECONDS", 0.5)
    first, more, pause, sentence = ENDLESS[what]
    async with endless(first, more, pause) as port:
        began = time.monotonic()
        assert await told(ended, [f"http://{ALLOWED}:{port}/"]) == [sentence]
        assert time.monotonic() - began < 5


@pytest.mark.usefixtures("names")
async def test_calls_without_end_are_ended(ended: Ended, settings: Any) -> None:
    settings.FLINT_SCRIPT_HOSTS = [ALLOWED]
    async with http_service() as service:
        text = f"for (;;) Spark.getHttp('http://{ALLOWED}:{service.port}/').get();"
        failure = (await ended(text, seconds=60)).failure
        assert failure is not None
        assert (failure.message, len(service.calls)) == ("more than 100 HTTP calls in one run", 100)
        held = f"Spark.getHttp('http://{ALLOWED}:{service.port}/held').get();"
        outcome = await ended(held, seconds=0.3)
        failure = outcome.failure
        assert outcome.begun
        assert failure is not None
        late = rf"{re.escape(ALLOWED)} did not answer within 0\.[0-3] seconds"  # both at the same moment
        assert failure.code == "TIMEOUT" or re.fullmatch(late, failure.message)


@asynccontextmanager
async def endless(first: bytes, more: bytes, pause: float) -> AsyncIterator[int]:
    """A service's port that answers by `first` and then by `more` for ever."""

    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(first)
            while True:
                writer.write(more)
                await writer.drain()
                await asyncio.sleep(pause)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.transport.abort()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for each in filter(None, serving):
            each.cancel()
        await asyncio.gather(*filter(None, serving))
        await asyncio.sleep(0)  # transports end one step later
