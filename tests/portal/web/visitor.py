"""A browser without scripts at a real server: cookies, forms with their token, the harness' signatures."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.live_server import LiveServer
from tests.wire_client import WireClient
from tests.wire_games import GAME


class Visitor:
    """Signed in as the game's `role` at `server`, with the password that `portal_server` gave."""

    def __init__(self, server: LiveServer, role: str, password: str = "right") -> None:
        self.server = server
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        )
        self.send("/login/", {"name": f"{GAME.api_key}-{role}", "password": password})

    def page(self, path: str) -> str:
        with self._opener.open(self._url(path), timeout=20) as answer:
            return str(answer.read().decode())

    def send(self, form_on: str, fields: dict[str, str], to: str = "") -> str:
        """The page that the form's answer leads to."""
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page(form_on))
        assert found, form_on
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": found[1], **fields}).encode()
        with self._opener.open(self._url(to or form_on), body, timeout=20) as answer:
            return str(answer.read().decode())

    def sign(self, nonce: str, stage: str = "preview") -> Any:
        """What the harness' page is answered: the fields of the connect request."""
        base = f"/g/{GAME.api_key}/{stage}/harness/"
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page(base))
        assert found
        headers = {"Content-Type": "application/json", "X-CSRFToken": found[1]}
        asked = json.dumps({"credential": "device", "nonce": nonce}).encode()
        request = urllib.request.Request(self._url(f"{base}sign/"), asked, headers)
        with self._opener.open(request, timeout=20) as answer:
            return json.load(answer)

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"


async def shake_hands(client: WireClient, fields: dict[str, Any]) -> Any:
    """Answers the challenge that `client.next_response()` gave; the server's answer."""
    await client.send({"@class": ".AuthenticatedConnectRequest", **fields})
    return await client.next_response()
