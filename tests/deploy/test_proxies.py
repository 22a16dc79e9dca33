"""nginx and Caddy as deploy/ configures them, before a real server: what SDKs need, what logs leave out."""

import contextlib
import http.client
import re
import ssl
import time
from collections.abc import Callable

import pytest

from tests.deploy.clients import call, cpp_client, host, js_client, rest, url
from tests.deploy.proxies import DEPLOY, Nginx, Proxy
from tests.live_server import LiveServer, unique
from tests.wire_client import WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.sqlite  # a proxy knows nothing of the database

SECRET = GAME.secrets["server"]


async def send(proxy: Proxy, client: WireClient, n: int) -> None:
    """A message by REST through the proxy reaches the client's socket through it."""
    sent = await rest(
        proxy, "SendMessageRequest", playerIds=[client.user_id], extCode="MARKER", data={"marker": n}
    )
    assert "error" not in sent, sent
    message = await client.expect_message("ScriptMessage")
    assert message["data"] == {"marker": n}


def test_the_program_takes_the_configuration(proxy: Proxy) -> None:
    done = proxy.checked()
    assert done.returncode == 0, done.stderr


async def test_a_js_client_plays_by_wss_and_its_own_host_name(proxy: Proxy) -> None:
    client = await js_client(proxy)
    await client.register(unique("js"))
    await send(proxy, client, 1)
    await client.close()


async def test_the_odd_upgrade_and_frames_of_the_cpp_sdk_pass(proxy: Proxy) -> None:
    client = await cpp_client(proxy)
    await client.register(unique("cpp"))
    await send(proxy, client, 2)
    await client.close()


async def test_a_frame_of_256_kib_passes(proxy: Proxy) -> None:
    client = await js_client(proxy)
    await client.register(unique("large"))
    answer = await client.request("AnalyticsRequest", key="large", data={"text": "x" * 200_000})
    assert "error" not in answer
    await client.close()


async def test_the_players_own_address_arrives_and_a_forged_one_does_not(
    proxy: Proxy, proxied_server: LiveServer
) -> None:
    """Flint's log names who was refused."""
    name = unique("nokey")
    wrong = url(proxy).replace(f"/device/{GAME.api_key}", f"/device/{name}")
    client = await WireClient.open(
        wrong,
        ssl=proxy.certificates.client(),
        host="127.0.0.1",
        port=proxy.port,
        local_addr=("127.0.0.9", 0),
        additional_headers={"X-Forwarded-For": "6.6.6.6"},
    )
    assert (await client.next_response())["error"] == {"apiKey": "UNKNOWN"}
    await client.close()
    (line,) = [line for line in proxied_server.log().splitlines() if name in line]
    assert "127.0.0.9" in line
    assert "6.6.6.6" not in line


def all_requests(proxy: Proxy, last: str) -> str:
    """The log of requests, once the last one is in it: it is written after the answer."""
    deadline = time.monotonic() + 10
    while last not in proxy.requests():
        assert time.monotonic() < deadline, proxy.requests()
        time.sleep(0.01)
    return proxy.requests()


def test_no_log_holds_the_secret_of_a_rest_address(proxy: Proxy) -> None:
    addresses = [
        f"/preview/rs/{GAME.api_key}/server/{SECRET}/AccountDetailsRequest",
        f"/RS/{GAME.api_key}/server/{SECRET}/Nothing?{SECRET}",
        f"/callback/{GAME.api_key}/server/{SECRET}?x={SECRET}",
        f"/%72s/{GAME.api_key}/server/{SECRET}/X",
    ]
    for address in addresses:
        call(proxy, address, "POST", playerId="x")
    with contextlib.suppress(OSError):  # it is ended before all was sent
        call(proxy, f"/rs/{GAME.api_key}/server/{SECRET}/TooLarge", "POST", text="x" * 5_000_000)
    plain = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=20)
    plain.request("POST", addresses[0], "{}", {"Host": host()})
    assert plain.getresponse().status == 308
    plain.close()
    call(proxy, "/last")
    written = all_requests(proxy, "/last") + proxy.output()
    assert SECRET not in written
    assert f'"/rs/{GAME.api_key}"' in written


def test_the_secret_is_in_no_log_when_no_server_answers(
    proxy: Proxy, certificates: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alone = type(proxy)(tmp_path_factory.mktemp("alone"), proxy.certificates, [1])
    alone.start()
    try:
        status, _ = call(alone, f"/rs/{GAME.api_key}/server/{SECRET}/X", "POST", a=1)
        assert status == 502
        written = all_requests(alone, '"status":502')
    finally:
        alone.stop()
    assert SECRET not in written + alone.output()


def test_metrics_are_not_for_strangers(proxy: Proxy) -> None:
    assert call(proxy, "/metrics")[0] == 404
    assert call(proxy, "/readyz") == (200, '{"ready":true}')


def test_clients_with_the_tls_of_2014_are_served(proxy: Proxy) -> None:
    context = proxy.certificates.client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES128-SHA:@SECLEVEL=0")
    assert call(proxy, "/healthz", context=context)[0] == 200


def test_nginx_serves_clients_without_forward_secrecy_or_a_host_name(
    proxy: Proxy, request: pytest.FixtureRequest
) -> None:
    context = proxy.certificates.client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
    context.check_hostname = False
    if isinstance(proxy, Nginx):
        assert call(proxy, "/healthz", context=context)[0] == 200
    else:  # as its configuration says
        with pytest.raises(ssl.SSLError):
            call(proxy, "/healthz", context=context)


def test_older_tls_is_refused(proxy: Proxy) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        call(proxy, "/healthz", context=context)


async def test_a_socket_survives_nginx_reload(
    proxied_server: LiveServer, make_nginx: Callable[..., Nginx]
) -> None:
    nginx = make_nginx(proxied_server.port)
    client = await js_client(nginx)
    await client.register(unique("reload"))
    nginx.reload()
    await (await js_client(nginx)).close()  # new ones are taken while the old one stays
    await send(nginx, client, 3)
    await client.close()


async def test_nginx_asks_the_next_server_when_one_is_gone(
    proxied_server: LiveServer, make_nginx: Callable[..., Nginx]
) -> None:
    nginx = make_nginx(1, proxied_server.port)
    for _ in range(10):
        client = await js_client(nginx)
        await client.close()


def test_nginx_holds_a_silent_socket_for_ten_minutes() -> None:
    """Flint pings after 25 s, so this is for the one that Flint takes for alive and nginx would end."""
    config = (DEPLOY / "nginx/nginx.conf").read_text()
    seconds = dict(re.findall(r"(proxy_(?:read|send)_timeout) (\d+)s;", config))
    assert {name: int(value) > 600 for name, value in seconds.items()} == {
        "proxy_read_timeout": True,
        "proxy_send_timeout": True,
    }
