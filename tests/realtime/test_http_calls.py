"""The ids of HTTP calls."""

import logging
from typing import Any

import pytest

from protocol.log_context import log_fields
from realtime.http_calls import HttpCalls


class Application:
    def __init__(self) -> None:
        self.seen: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append(log_fields()["request"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b""})


async def call(application: Application, client: str = "127.0.0.1", presented: str = "") -> str:
    """The id that is answered."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"x-request-id", presented.encode())] if presented else []
    scope = {"type": "http", "method": "GET", "path": "/rs/k/server/hush/X", "client": (client, 1)}
    await HttpCalls(application)({**scope, "headers": headers}, None, send)
    assert sent[0]["headers"][0] == (b"a", b"b")
    return str(dict(sent[0]["headers"])[b"x-request-id"].decode())


async def test_each_call_has_an_id_of_its_own_in_log_and_answer() -> None:
    application = Application()
    answered = [await call(application), await call(application)]
    assert application.seen == answered
    assert len(set(answered)) == 2
    assert log_fields() == {}


async def test_id_is_taken_from_trusted_proxies_alone(settings: Any) -> None:
    application = Application()
    assert await call(application, presented="theirs") != "theirs"
    settings.TRUSTED_HOPS = 1
    assert await call(application, presented="theirs") == "theirs"
    assert await call(application, "203.0.113.7", presented="theirs") != "theirs"
    for odd in ("a b", "x" * 65, "id\u00e9"):
        assert await call(application, presented=odd) != odd


async def test_call_is_told_at_level_debug(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "flint.http"):
        await call(Application())
    (message,) = caplog.messages
    assert message.startswith("GET /rs/k/server/hush/X: 200 in ")  # the formatter hides the secret
