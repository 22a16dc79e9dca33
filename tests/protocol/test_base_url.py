from typing import Any

import pytest
from pytest_django import Settings

from protocol.base_url import base_url


def scope(scheme: str = "ws", client: str = "203.0.113.7", **headers: str) -> dict[str, Any]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"scheme": scheme, "client": (client, 5000), "headers": named}


def test_what_is_set_is_the_base_whatever_the_client_asked_for(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://games.example.com/"
    assert base_url(scope(host="preview-key.example.com")) == "https://games.example.com"


@pytest.mark.parametrize(
    ("scheme", "host", "base"),
    [
        ("ws", "127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("wss", "Preview-key.example.com", "https://Preview-key.example.com"),
        ("http", "[2001:db8::7]:8000", "http://[2001:db8::7]:8000"),
        ("https", "under_score.example.com", "https://under_score.example.com"),
        ("ws", "", "http://localhost"),
        ("ws", "evil.example/path", "http://localhost"),
        ("ws", 'a"b', "http://localhost"),
        ("ws", "user@host", "http://localhost"),
    ],
)
def test_otherwise_it_is_where_the_client_connected(scheme: str, host: str, base: str) -> None:
    assert base_url(scope(scheme, host=host)) == base


FORWARDED = {"x_forwarded_proto": "https", "x_forwarded_host": "games.example.com"}


def test_a_trusted_proxy_says_what_the_client_asked_for(settings: Settings) -> None:
    settings.TRUSTED_HOPS = 1
    inside = scope(client="10.0.0.1", host="flint:8000", **FORWARDED)
    assert base_url(inside) == "https://games.example.com"
    assert base_url(scope(client="10.0.0.1", host="a.example.com", x_forwarded_proto="https, http")) == (
        "https://a.example.com"
    )


def test_nobody_else_does(settings: Settings) -> None:
    straight = scope(client="10.0.0.1", host="flint:8000", **FORWARDED)
    assert base_url(straight) == "http://flint:8000"
    settings.TRUSTED_HOPS = 1
    stranger = scope(client="203.0.113.7", host="flint:8000", **FORWARDED)
    assert base_url(stranger) == "http://flint:8000"


def test_a_proxy_s_nonsense_is_not_repeated(settings: Settings) -> None:
    settings.TRUSTED_HOPS = 1
    odd = scope(
        client="10.0.0.1", host="a.example.com", x_forwarded_proto="javascript", x_forwarded_host="<b>"
    )
    assert base_url(odd) == "http://localhost"
