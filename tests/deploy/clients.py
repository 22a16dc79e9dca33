"""Clients that reach a server through a proxy, by TLS and by the host names of the SDKs."""

import asyncio
import http.client
import json
import socket
import ssl
from typing import Any

from tests.deploy.certificates import DOMAIN
from tests.deploy.proxies import Proxy
from tests.raw_socket import RawSocket
from tests.wire_client import WebSocket, WireClient
from tests.wire_games import GAME


def host(stage: str = "preview") -> str:
    """As the SDKs make it of stage and key; DNS has no capitals."""
    return f"{stage}-{GAME.api_key.lower()}.{DOMAIN}"


def url(proxy: Proxy, stage: str = "preview") -> str:
    return f"wss://{host(stage)}:{proxy.port}/ws/device/{GAME.api_key}"


async def js_client(proxy: Proxy, **options: Any) -> WireClient:
    """A client past its handshake. Options are those of websockets' `connect`."""
    trusted = proxy.certificates.client()
    where = {"host": "127.0.0.1", "port": proxy.port}
    return await _hand_shaken(await WebSocket.open(url(proxy), ssl=trusted, **where, **options))


async def cpp_client(proxy: Proxy) -> WireClient:
    trusted = proxy.certificates.client()
    return await _hand_shaken(await RawSocket.open(url(proxy), tls=trusted, address="127.0.0.1"))


async def _hand_shaken(socket: WebSocket | RawSocket) -> WireClient:
    client = WireClient(socket)
    answer = await client.handshake(GAME.secrets["device"])
    assert "error" not in answer, answer
    return client


def call(
    proxy: Proxy, path: str, method: str = "GET", context: ssl.SSLContext | None = None, **body: Any
) -> tuple[int, str]:
    """Status and body of an HTTPS request to the preview stage's host."""
    connection = http.client.HTTPSConnection(
        host(), proxy.port, context=context or proxy.certificates.client(), timeout=20
    )
    connection.sock = _tls(proxy, context or proxy.certificates.client())
    try:
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


async def rest(proxy: Proxy, name: str, **fields: Any) -> dict[str, Any]:
    """A REST request with the server's secret in its address; the answer."""
    path = f"/rs/{GAME.api_key}/server/{GAME.secrets['server']}/{name}"
    _, text = await asyncio.to_thread(call, proxy, f"/preview{path}", "POST", **fields)
    answer = json.loads(text)
    assert isinstance(answer, dict)
    return answer


def _tls(proxy: Proxy, context: ssl.SSLContext) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=20)
    return context.wrap_socket(plain, server_hostname=host() if context.check_hostname else None)
