"""The headers of everything that Django answers, and how often an address may ask."""

import http.client
import re
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from portal.pages import POLICY, Pages
from tests.live_server import LiveServer
from tests.wire_games import GAME

NewServer = Callable[..., LiveServer]
SECRET = GAME.secrets["server"]

BINDING = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def get(server: LiveServer, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    names = {name.lower(): value for name, value in answer.getheaders()}
    body = answer.read().decode()
    connection.close()
    return answer.status, names, body


@pytest.mark.parametrize(("path", "status"), [("/ops/login/", 200), ("/ops/", 302), ("/ops/nowhere/", 302)])
def test_pages_bind_the_browser(server: LiveServer, path: str, status: int) -> None:
    answered, headers, _ = get(server, path)
    assert answered == status
    assert {name: headers[name] for name in BINDING} == BINDING
    assert "server" not in headers


@pytest.mark.parametrize(("path", "status"), [("/login/", 200), ("/", 302), ("/nowhere", 404)])
def test_developers_pages_bind_it_more_tightly(server: LiveServer, path: str, status: int) -> None:
    answered, headers, _ = get(server, path)
    assert answered == status
    assert {name: headers[name] for name in BINDING if "policy" not in name} == {
        name: value for name, value in BINDING.items() if "policy" not in name
    }
    (policy,) = [value for name, value in headers.items() if name == "content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_files_of_pages_bind_it_too(server: LiveServer) -> None:
    _, _, page = get(server, "/ops/login/")
    path = re.findall(r'src="(/static/[^"]+\.js)"', page)[0]
    status, headers, _ = get(server, path)
    assert (status, headers["content-security-policy"], headers["x-content-type-options"]) == (
        200,
        POLICY,
        "nosniff",
    )


def test_pages_are_kept_by_nobody(server: LiveServer) -> None:
    assert "no-store" in get(server, "/ops/login/")[1]["cache-control"]


def test_page_of_another_host_name_is_refused(server: LiveServer) -> None:
    """In a line, and without one in the log: scanners ask for everything."""
    for host in ("evil.example.com", "a@b", "[", "é"):
        status, _, body = get(server, "/ops/login/", Host=host)
        assert (status, body) == (400, "No such host here: see FLINT_HOSTS.\n")
    assert "evil.example.com" not in server.log()


def test_cookies_stay_with_the_pages_and_with_https(new_server: NewServer) -> None:
    server = new_server(FLINT_PUBLIC_URL="https://flint.example.com", FLINT_HOSTS="flint.example.com")
    _, headers, _ = get(server, "/ops/login/", Host="flint.example.com")
    name, _, rest = headers["set-cookie"].partition("=")
    assert name == "__Secure-flint_csrf"
    flags = {flag.strip().partition("=")[0]: flag.partition("=")[2] for flag in rest.split(";")[1:]}
    assert (flags["Path"], flags["SameSite"]) == ("/ops/", "Lax")
    assert {"HttpOnly", "Secure"} <= flags.keys()


@pytest.mark.parametrize("debug", ["0", "1"])
def test_no_error_page_shows_the_secret_of_a_url(new_server: NewServer, debug: str) -> None:
    server = new_server(FLINT_DEBUG=debug, FLINT_HOSTS="flint.example.com")
    call = f"rs/{GAME.api_key}/server/{SECRET}"
    for path in (f"/{call}/NoSuchRequest", f"/{call}", f"/api/{call}/NoSuchRequest", f"//{call}/X?a=b"):
        for host in ("flint.example.com", "evil.example.com"):
            status, headers, body = get(server, path, Host=host)
            assert status in (404, 405)
            assert headers["content-type"] == "application/json"
            assert SECRET not in body


# --- how often -------------------------------------------------------------------------------------------


async def ask(pages: Pages, address: str) -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver")]
    await pages({"type": "http", "client": (address, 1), "headers": headers}, None, send)
    return int(sent[0]["status"])


async def page(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_cookies_of_developers_pages_are_bound_to_the_host(new_server: NewServer) -> None:
    server = new_server(FLINT_PUBLIC_URL="https://flint.example.com", FLINT_HOSTS="flint.example.com")
    _, headers, _ = get(server, "/login/", Host="flint.example.com")
    name, _, rest = headers["set-cookie"].partition("=")
    assert name == "__Host-flint_portal_csrf"
    flags = {flag.strip().partition("=")[0]: flag.partition("=")[2] for flag in rest.split(";")[1:]}
    assert (flags["Path"], flags["SameSite"]) == ("/", "Lax")
    assert {"HttpOnly", "Secure"} <= flags.keys()
    assert "Domain" not in flags


async def test_an_address_may_ask_so_often() -> None:
    pages = Pages(page)
    seen = [await ask(pages, "203.0.113.1") for _ in range(450)]
    assert seen[:400] == [500] * 400
    assert seen[-20:] == [429] * 20
    assert [await ask(pages, address) for address in ("203.0.113.2", "127.0.0.1")] == [500, 500]


async def test_pages_about_errors_are_left_alone_while_developing(settings: Settings) -> None:
    """Their scripts and styles stand inline."""
    headers: list[Any] = []

    async def send(message: Any) -> None:
        headers.extend(message.get("headers", ()))

    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    await Pages(page)({"type": "http", "client": None, "headers": [(b"host", b"x")]}, None, send)
    assert headers == []
