"""What of HTTP is read, and what a request that is not read is answered with."""

import time

import h11
import pytest

from realtime.http_parser import LARGEST_BODY, LARGEST_HEAD, Parser

START = b"POST / HTTP/1.1\r\nHost: x\r\n"
BODY = b"Content-Length: 5\r\n\r\nhello"


def read(*pieces: bytes) -> tuple[int | None, bytes]:
    """The status of the refusal, None if all was read, and the body until then."""
    parser, body = Parser(), b""
    for piece in pieces:
        parser.receive_data(piece)
        while True:
            try:
                event = parser.next_event()
            except h11.RemoteProtocolError:
                return parser.status, body
            if event in (h11.NEED_DATA, h11.PAUSED):
                break
            if isinstance(event, h11.Data):
                body += event.data
    return None, body


def headers(count: int, size: int = 1) -> bytes:
    return b"".join(b"X-%d: %s\r\n" % (number, b"y" * size) for number in range(count))


def test_ordinary_requests_are_read() -> None:
    assert read(START + BODY) == (None, b"hello")
    chunked = START + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    assert read(*(chunked[at : at + 1] for at in range(len(chunked)))) == (None, b"hello")
    assert read(b"GET / HTTP/1.0\r\n\r\n") == (None, b"")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (START + headers(98) + BODY, None),
        (START + headers(99) + BODY, 431),
        (START + headers(20_000), 431),
        (START + headers(1, LARGEST_HEAD - 100) + b"\r\n", None),
        (START + headers(1, LARGEST_HEAD) + b"\r\n", 431),
        (START + headers(1, LARGEST_HEAD), 431),
        (b"GET /" + b"a" * 8000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", None),
        (b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"G" * 8192, 414),
        (b"G" * 8191, None),
    ],
)
def test_head_has_limits_whether_it_comes_at_once_or_in_pieces(head: bytes, status: int | None) -> None:
    assert read(head)[0] == status
    assert read(*(head[at : at + 1000] for at in range(0, len(head), 1000)))[0] == status


def test_a_thousand_headers_are_refused_before_they_are_parsed() -> None:
    head = START + headers(60, 1000)[:-2] + b"\na:\r" * 1000 + b"\r\n\r\n"
    began = time.process_time()
    for _ in range(100):
        assert read(head)[0] == 431
    assert time.process_time() - began < 0.5  # parsed, each takes longer than 5 ms


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length : 5\r\n",
        b"Content-Length:\r\n",
        b"Content-Length: 5\x00\r\n",
        b"Host: y\r\nContent-Length: 5\r\n",
        b"X: a\rContent-Length: 5\r\n",
        b"no colon at all\r\nContent-Length: 5\r\n",
    ],
)
def test_request_that_a_proxy_could_read_otherwise_is_refused(head: bytes) -> None:
    assert read(START + head + b"\r\nhello") == (400, b"")


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: identity, chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n",
    ],
)
def test_other_encodings_than_chunked_are_refused(head: bytes) -> None:
    assert read(START + head + b"\r\n0\r\n\r\n")[0] in (400, 501)


def test_chunks_of_http_1_0_are_refused() -> None:
    head = b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert read(head + b"0\r\n\r\n") == (400, b"")


@pytest.mark.parametrize(
    "chunks",
    [
        b"5\r\nhelloXX0\r\n\r\n",
        b"-5\r\nhello\r\n",
        b"0x5\r\nhello\r\n",
        b"5 5\r\nhello\r\n",
        b"5\nhello\r\n0\r\n\r\n",
    ],
)
def test_broken_chunks_are_refused(chunks: bytes) -> None:
    status, _ = read(START + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"\r\n" * 20)
    assert status == 400


def test_body_has_a_limit_before_it_is_read() -> None:
    assert read(START + b"Content-Length: %d\r\n\r\n" % LARGEST_BODY)[0] is None
    assert read(START + b"Content-Length: %d\r\n\r\n" % (LARGEST_BODY + 1)) == (413, b"")
    assert read(START + b"Content-Length: %s\r\n\r\n" % (b"9" * 20)) == (413, b"")


def test_chunked_body_has_a_limit_and_the_next_one_starts_from_nothing() -> None:
    start = START + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    most = LARGEST_BODY // 0x10000
    status, body = read(start, *[chunk] * (most + 1))
    assert (status, len(body)) == (413, LARGEST_BODY)
    assert read(start, *[chunk] * most, b"0\r\n\r\n")[0] is None


def test_no_tunnels() -> None:
    assert read(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n") == (405, b"")
