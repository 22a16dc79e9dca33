"""Scripts that other services call over HTTP (cloud-code.md §2; wire-protocol.md §9.3)."""

import asyncio
import json
from typing import Any

import pytest

from tests.wire.conftest import Player, SetScripts
from tests.wire.driven import DrivenServer
from tests.wire_games import GAME

SHOP = f"/preview/callback/{GAME.api_key}/shop/shop-secret"
OLD = f"/preview/callback/{GAME.api_key}/server-secret"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
ECHO = "var d = Spark.getData(); for (var n in d) Spark.setScriptData(n, d[n]);"


async def call(
    server: DrivenServer,
    path: str,
    body: bytes | None = None,
    kind: str = "",
    method: str = "",
    host: str = "",
) -> tuple[int, Any]:
    """Status, and the body read as JSON where it is that."""
    headers = {name: value for name, value in (("Content-Type", kind), ("Host", host)) if value}
    method = method or ("GET" if body is None else "POST")
    status, text = await asyncio.to_thread(server._http, method, path, body or b"", headers)
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


@pytest.mark.parametrize(
    ("query", "body", "kind", "expected"),
    [
        ("", None, "", {}),
        ("?a=1&b=x%20y&c=&b2=%C3%A9", None, "", {"a": "1", "b": "x y", "c": "", "b2": "é"}),
        ("?a=1&a=2", None, "", {"a": ["1", "2"]}),
        ("?a=1", b"a=2&b=3", FORM, {"a": ["1", "2"], "b": "3"}),
        ("?a=1", b'{"b": 2}', "application/json", {"a": "1", "REQUEST_BODY": '{"b": 2}'}),
        ("", b"plain", "text/plain; charset=utf-8", {"REQUEST_BODY": "plain"}),
        (
            "?a=1",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n2\r\n'
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nfile\r\n--b--\r\n',
            MULTIPART,
            {"a": ["1", "2"]},
        ),
    ],
)
async def test_query_and_form_are_merged_and_scriptdata_is_the_answer(
    server: DrivenServer,
    scripts: SetScripts,
    query: str,
    body: bytes | None,
    kind: str,
    expected: dict[str, Any],
) -> None:
    await scripts({"callbacks/shop": ECHO})
    assert await call(server, f"{SHOP}{query}", body, kind) == (200, expected)


async def test_what_a_script_answers(server: DrivenServer, scripts: SetScripts) -> None:
    """RESPONSE_RAW takes the place of everything else, an error that of both; a failing script is one."""
    for text, expected in (
        ("Spark.setScriptData('a', {b: [1, null]});", {"a": {"b": [1, None]}}),
        ("Spark.setScriptData('a', 1); Spark.setScriptData('RESPONSE_RAW', 'OK');", "OK"),
        ("Spark.setScriptData('RESPONSE_RAW', {a: 1});", {"a": 1}),
        (
            "Spark.setScriptData('a', 1); Spark.setScriptError('order', 'UNKNOWN');",
            {"error": {"order": "UNKNOWN"}},
        ),
        (
            "\nnoSuch();",
            {
                "error": {
                    "script": {
                        "code": "ERROR",
                        "message": "noSuch is not defined",
                        "name": "callbacks/shop",
                        "line": 2,
                    }
                }
            },
        ),
    ):
        await scripts({"callbacks/shop": text})
        assert await call(server, SHOP) == (200, expected)


async def test_the_player_of_the_url_is_current_and_is_sent_a_message(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    ana = await player("Ana")
    await scripts(
        {
            "callbacks/shop": """
            Spark.setScriptData("name", Spark.getPlayer() && Spark.getPlayer().getDisplayName());
            if (Spark.getPlayer()) Spark.sendMessage({paid: Spark.getData().amount}, [Spark.getPlayer()]);
            """
        }
    )
    assert await call(server, f"{SHOP}/{ana.user_id}?amount=5") == (200, {"name": "Ana"})
    assert (await ana.expect_message("ScriptMessage"))["data"] == {"paid": "5"}
    for other in ("", f"/{'0' * 24}"):
        assert await call(server, f"{SHOP}{other}") == (200, {"name": None})


async def test_old_urls_name_the_server_s_secret_alone(
    server: DrivenServer, player: Player, scripts: SetScripts
) -> None:
    """They run the script of all callbacks, which runs for credentials without their own, too."""
    ana = await player("Ana")
    name = "Spark.setScriptData('name', Spark.getPlayer() && Spark.getPlayer().getDisplayName());"
    await scripts({"system/GS_CALLBACK_URL": name})
    assert await call(server, OLD) == (200, {"name": None})
    assert await call(server, f"{OLD}/{ana.user_id}") == (200, {"name": "Ana"})
    assert await call(server, f"{SHOP}/{ana.user_id}") == (200, {"name": "Ana"})
    await scripts({"system/GS_CALLBACK_URL": name, "callbacks/shop": "// nothing\n1;"})
    assert await call(server, f"{SHOP}/{ana.user_id}") == (200, {})


async def test_hosts_name_the_stage_too(server: DrivenServer, scripts: SetScripts) -> None:
    """Without a stage it is live, as everywhere; "service" was live's old name."""
    await scripts({"callbacks/shop": "Spark.setScriptData('stage', Spark.getConfig().getStage());"})
    path = SHOP.removeprefix("/preview")
    for host in (
        "preview.example.com",
        f"{GAME.api_key}.preview.example.com",
        f"preview-{GAME.api_key}.example.com",
    ):
        assert await call(server, path, host=host) == (200, {"stage": "preview"})
    no_script = (404, {"@class": ".ErrorResponse", "error": {"script": "NOT_FOUND"}})
    for host in ("", "service.example.com", "live.example.com"):
        assert await call(server, path, host=host) == no_script
    assert await call(server, f"/service{path}") == no_script


@pytest.mark.parametrize(
    ("path", "method", "status", "error"),
    [
        (f"{SHOP}x", "", 401, {"secret": "INVALID"}),
        (f"{OLD}x", "", 401, {"secret": "INVALID"}),
        (SHOP.replace("/shop/", "/nobody/"), "", 401, {"secret": "INVALID"}),
        (SHOP.replace("shop", "ear"), "", 403, {"@class": "NOT_ALLOWED"}),
        (SHOP.replace(GAME.api_key, "nobody"), "", 404, {"apiKey": "UNKNOWN"}),
        (f"/preview/callback/{GAME.api_key}", "", 404, {"apiKey": "UNKNOWN"}),
        (f"{SHOP}/a/b", "", 404, {"apiKey": "UNKNOWN"}),
        (f"/x{SHOP}", "", 404, {"apiKey": "UNKNOWN"}),
        (SHOP, "DELETE", 405, {"request": "MALFORMED"}),
        (f"{SHOP}?a=%00", "", 400, {"request": "MALFORMED"}),
    ],
)
async def test_who_may_not_call_is_told_as_over_rest(
    server: DrivenServer, scripts: SetScripts, path: str, method: str, status: int, error: dict[str, Any]
) -> None:
    await scripts({"callbacks/shop": ECHO, "callbacks/ear": ECHO, "system/GS_CALLBACK_URL": ECHO})
    assert await call(server, path, method=method) == (status, {"@class": ".ErrorResponse", "error": error})


async def test_large_bodies_and_too_many_calls_are_refused(server: DrivenServer, scripts: SetScripts) -> None:
    await scripts({"callbacks/shop": ECHO})
    status, answer = await call(server, SHOP, b"x" * 300_000)
    assert (status, answer["error"]) == (413, {"request": "TOO_LARGE"})
    async with server.settings(FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND=0.001):
        answers = [await call(server, SHOP) for _ in range(3)]
    throttled = (429, {"@class": ".ErrorResponse", "error": {"request": "THROTTLED"}})
    assert answers[-1] == throttled


async def test_a_callback_s_secret_is_in_no_log(server: DrivenServer, scripts: SetScripts) -> None:
    await scripts({"callbacks/shop": "throw 'x';"})
    for path in (
        SHOP,
        f"{SHOP}y",
        f"/x{SHOP}",
        f"{OLD}/nobody",
        f"{SHOP}/a/b/c",
        SHOP.replace("shop", "ear"),
    ):
        await call(server, path)
    log = server.log()
    assert "callback refused: wrong secret" in log
    assert [secret for secret in ("shop-secret", "server-secret", "ear-secret") if secret in log] == []
