from typing import Any

import pytest

from protocol.http_bodies import Left, TooLarge, body_of, pieces_of

GONE = {"type": "http.disconnect"}


class Client:
    """Sends its messages one by one; `unread` are those that nobody asked for."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.unread = list(messages)

    async def __call__(self) -> dict[str, Any]:
        return self.unread.pop(0)


def part(body: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_is_read_to_its_end_and_no_further() -> None:
    client = Client(part(b"ab"), part(b""), part(b"c", more=False), GONE)
    assert await body_of(client, 3) == b"abc"
    assert client.unread == [GONE]


async def test_a_request_may_have_no_body() -> None:
    assert await body_of(Client({"type": "http.request"}), 0) == b""


async def test_pieces_that_hold_nothing_are_left_out() -> None:
    pieces = pieces_of(Client(part(b"ab"), part(b""), part(b"", more=False)), 2)
    assert [piece async for piece in pieces] == [b"ab"]


async def test_nothing_is_read_behind_the_first_byte_too_many() -> None:
    client = Client(part(b"ab"), part(b"cd"), part(b"ef", more=False))
    with pytest.raises(TooLarge):
        await body_of(client, 3)
    assert client.unread == [part(b"ef", more=False)]


async def test_a_client_that_goes_away_has_left() -> None:
    with pytest.raises(Left):
        await body_of(Client(part(b"ab"), GONE), 9)
