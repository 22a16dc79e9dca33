import json
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from pytest_django import Settings

from games.config_store import configs
from games.credentials import save_credential
from games.models import Credential, Game
from games.publishing import create_game
from games.rest import RestCalls
from protocol.errors import RequestError
from protocol.registry import REGISTRY, Handler
from protocol.request import Request
from protocol.schemas.fields import Schema

pytestmark = pytest.mark.django_db(transaction=True)

# A request of the catalogue, answered here with what reached the handler.
NAME = "GooglePlayBuyGoodsRequest"


async def echo(request: Request) -> dict[str, Any]:
    if "fail" in request.raw:
        raise RequestError({"signature": "INVALID"})
    session = request.session
    return {
        "saw": request.raw,
        "stage": session.stage,
        "by": session.rights.short_code,
        "over": session.transport,
    }


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Game:
    """A game whose `server` credential may call the echo; only throttle and permissions stand between."""
    settings.FLINT_REQUEST_MIDDLEWARE = ["protocol.throttle.throttle", "games.permissions.permissions"]
    monkeypatch.setitem(REGISTRY, NAME, Handler(NAME, Schema, function=echo, is_async=True))
    game = create_game("Duel of Dice", None, "duel0000dice")
    save_credential(game, "server", {"secret": "server-secret"}, None)
    save_credential(
        game, "partner", {"secret": "partner-secret", "rest_policy": "allowed", "deny": [NAME]}, None
    )
    return game


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


async def django(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError(f"{scope['path']} is no REST call")


async def call(
    path: str, body: Any = None, host: str = "localhost", method: str = "POST", **headers: str
) -> Answer:
    """What the ASGI application answers; the body comes in two pieces."""
    content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    pieces = [content[: len(content) // 2], content[len(content) // 2 :]]
    inbound = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    inbound.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        return inbound.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    named = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "client": ("127.0.0.1", 50000),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    await RestCalls(django)(scope, receive, send)
    start, end = sent
    answered = {name.decode(): value.decode() for name, value in start["headers"]}
    assert answered["content-length"] == str(len(end["body"])) or method == "HEAD"
    return Answer(start["status"], answered, end["body"].decode())


def read(answer: Answer) -> tuple[int, Any]:
    return answer.status, json.loads(answer.text)


async def test_call_is_answered_on_the_live_stage(played: Game) -> None:
    response = await call(
        f"/rs/duel0000dice/server/server-secret/{NAME}", {"playerId": "p", "requestId": "7"}
    )
    assert read(response) == (
        200,
        {
            "@class": ".GooglePlayBuyGoodsResponse",
            "requestId": "7",
            "saw": {"playerId": "p", "requestId": "7", "@class": ".GooglePlayBuyGoodsRequest"},
            "stage": "live",
            "by": "server",
            "over": "rest",
        },
    )
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("host", "path", "stage"),
    [
        ("localhost", "/preview/rs/duel0000dice/server/server-secret/", "preview"),
        ("localhost", "/live/rs/duel0000dice/server/server-secret/", "live"),
        ("localhost", "/rs/DUEL0000DICE/server/server-secret/", "live"),
        ("duel0000dice.preview.example.com", "/rs/server/server-secret/", "preview"),
        ("duel0000dice.live.example.com:8000", "/rs/server/server-secret/", "live"),
        ("Preview-Duel0000dice.example.com", "/rs/server/server-secret/", "preview"),
    ],
)
async def test_address_names_game_and_stage(played: Game, host: str, path: str, stage: str) -> None:
    status, body = read(await call(path + NAME, host=host))
    assert (status, body["stage"]) == (200, stage)


@pytest.mark.parametrize("body", [b"", b" ", b"{}", {"@class": ".OtherRequest"}, {"@class": None}])
async def test_class_is_the_paths(played: Game, body: Any) -> None:
    status, answer = read(await call(f"/rs/duel0000dice/server/server-secret/.{NAME}", body))
    assert (status, answer["saw"]) == (200, {"@class": ".GooglePlayBuyGoodsRequest"})


async def test_own_error_of_a_request_is_200_with_error(played: Game) -> None:
    response = await call(f"/rs/duel0000dice/server/server-secret/{NAME}", {"fail": True})
    assert read(response) == (
        200,
        {"@class": ".GooglePlayBuyGoodsResponse", "error": {"signature": "INVALID"}},
    )


async def test_unknown_class_is_200_with_error(played: Game) -> None:
    response = await call("/rs/duel0000dice/server/server-secret/NoSuchRequest")
    assert read(response) == (200, {"@class": ".NoSuchResponse", "error": {"@class": "UNKNOWN"}})


ERROR = ".ErrorResponse"
REFUSALS: list[tuple[str, Any, int, dict[str, str]]] = [
    (f"/rs/unknownkey/server/server-secret/{NAME}", {}, 404, {"apiKey": "UNKNOWN"}),
    (f"/rs/duel0000dice/nobody/server-secret/{NAME}", {}, 404, {"apiKey": "UNKNOWN"}),
    (f"/rs/server/server-secret/{NAME}", {}, 404, {"apiKey": "UNKNOWN"}),
    (f"/rs/duel0000dice/server/server-secret/{NAME}/more", {}, 404, {"apiKey": "UNKNOWN"}),
    (f"/rs/duel0000dice/server/wrong/{NAME}", {}, 401, {"secret": "INVALID"}),
    (f"/rs/duel0000dice/server/pâté/{NAME}", {}, 401, {"secret": "INVALID"}),
    (f"/rs/duel0000dice/server/server-secret/{NAME}", b"{", 400, {"request": "MALFORMED"}),
    (f"/rs/duel0000dice/server/server-secret/{NAME}", b"\xff", 400, {"request": "MALFORMED"}),
    (f"/rs/duel0000dice/server/server-secret/{NAME}", b"[{}]", 400, {"request": "MALFORMED"}),
    (f"/rs/duel0000dice/server/server-secret/{NAME}", b'{"a":"\\u0000"}', 400, {"request": "MALFORMED"}),
    (f"/rs/duel0000dice/server/server-secret/{NAME}", b" " * 300_000 + b"{}", 413, {"request": "TOO_LARGE"}),
    (
        f"/rs/duel0000dice/server/server-secret/{NAME}",
        b" " * 3_000_000 + b"{}",
        413,
        {"request": "TOO_LARGE"},
    ),
]


@pytest.mark.parametrize(("path", "body", "status", "error"), REFUSALS)
async def test_refused_call_has_its_status(
    played: Game, path: str, body: Any, status: int, error: dict[str, str]
) -> None:
    assert read(await call(path, body)) == (status, {"@class": ERROR, "error": error})


async def test_credential_that_may_not_call_at_all_is_403(played: Game) -> None:
    secret = Credential.objects.get(short_code="device").secret
    response = await call(f"/rs/duel0000dice/device/{secret}/{NAME}")
    assert read(response) == (403, {"@class": ERROR, "error": {"@class": "NOT_ALLOWED"}})


async def test_class_that_the_credential_may_not_send_is_403(played: Game) -> None:
    response = await call(f"/rs/duel0000dice/partner/partner-secret/{NAME}")
    assert read(response) == (
        403,
        {"@class": ".GooglePlayBuyGoodsResponse", "error": {"@class": "NOT_ALLOWED"}},
    )


async def test_call_beyond_the_limit_is_429(played: Game, settings: Settings) -> None:
    settings.FLINT_LIMIT_REQUESTS_BURST = 1
    settings.FLINT_LIMIT_REQUESTS_PER_SECOND = settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND = 0.001
    path = f"/rs/duel0000dice/server/server-secret/{NAME}"
    assert (await call(path)).status == 200
    assert read(await call(path)) == (
        429,
        {"@class": ".GooglePlayBuyGoodsResponse", "error": {"request": "THROTTLED"}},
    )


async def test_unpublished_live_stage_is_404(played: Game) -> None:
    game = create_game("New", None, "newgame00001", published=False)
    save_credential(game, "server", {"secret": "new-secret"}, None)
    response = await call(f"/rs/newgame00001/server/new-secret/{NAME}")
    assert read(response) == (404, {"@class": ERROR, "error": {"stage": "NOT_PUBLISHED"}})
    assert (await call(f"/preview/rs/newgame00001/server/new-secret/{NAME}")).status == 200


async def test_an_address_may_be_wrong_so_often(played: Game, settings: Settings) -> None:
    """About keys and secrets together; what is right counts nothing, and nobody else waits for it."""
    settings.TRUSTED_HOPS = 1
    right, wrong = "/rs/duel0000dice/server/server-secret/", "/rs/duel0000dice/server/guess/"

    async def status(path: str, address: str) -> int:
        return (await call(path + NAME, x_forwarded_for=address)).status

    assert {await status(right, "2001:db8::1") for _ in range(60)} == {200}
    guesses = [await status(wrong, f"2001:db8::{number:x}") for number in range(60)]
    assert guesses == [401] * 50 + [429] * 10
    assert await status(right, "2001:db8::1") == 429
    assert await status(wrong, "2001:db8:0:1::1") == 401


@pytest.mark.parametrize("path", [f"/rs/duel0000dice/server/server-secret/{NAME}", "/rs/x"])
@pytest.mark.parametrize("method", ["POST", "GET", "HEAD"])
async def test_answers_are_kept_and_shown_by_nobody(played: Game, path: str, method: str) -> None:
    headers = (await call(path, method=method)).headers
    assert {name: value for name, value in headers.items() if name != "content-length"} == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


async def test_other_method_is_405(played: Game) -> None:
    response = await call(f"/rs/duel0000dice/server/server-secret/{NAME}", method="GET")
    assert read(response) == (405, {"@class": ERROR, "error": {"request": "MALFORMED"}})


async def test_database_out_of_reach_is_503(played: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    async def locked(load: Callable[[], Any]) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(configs, "run", locked)
    response = await call(f"/rs/duel0000dice/server/server-secret/{NAME}")
    assert read(response) == (503, {"@class": ERROR, "error": {"server": "UNAVAILABLE"}})


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (f"/rs/duel0000dice/server/SECRET/{NAME}", "POST"),
        (f"/rs/duel0000dice/nobody/SECRET/{NAME}", "POST"),
        (f"/rs/duel0000dice/server/SECRET/{NAME}/more", "POST"),
        (f"/api/v1/rs/duel0000dice/server/SECRET/{NAME}", "POST"),
        (f"/RS/duel0000dice/server/SECRET/{NAME}", "POST"),
        ("/rs/SECRET/SECRET/SECRET/SECRET", "POST"),
        (f"/rs/duel0000dice/server/SECRET/{NAME}", "GET"),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
async def test_secret_reaches_no_log_and_no_answer(
    played: Game, caplog: pytest.LogCaptureFixture, settings: Settings, path: str, method: str, debug: bool
) -> None:
    settings.DEBUG = debug
    with caplog.at_level(logging.DEBUG):
        response = await call(path, method=method, host="no.host.of.ours")
    assert response.status >= 400
    assert [record.getMessage() for record in caplog.records if "SECRET" in record.getMessage()] == []
    assert "SECRET" not in response.text


@pytest.mark.parametrize("debug", [False, True])
async def test_fault_of_ours_says_nothing_of_the_call(
    played: Game,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    debug: bool,
) -> None:
    settings.DEBUG = debug

    async def broken(load: Callable[[], Any]) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(configs, "run", broken)
    response = await call(f"/rs/duel0000dice/server/SECRET/{NAME}")
    assert read(response) == (500, {"@class": ERROR, "error": {"server": "FAILED"}})
    assert "RuntimeError: a bug" in caplog.text
    assert "SECRET" not in caplog.text


async def test_client_that_leaves_is_not_answered(played: Game) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    path = f"/rs/duel0000dice/server/server-secret/{NAME}"
    scope = {"type": "http", "method": "POST", "path": path, "client": None, "headers": []}
    await RestCalls(django)(scope, receive, send)
    assert sent == []


@pytest.mark.parametrize("path", ["/", "/ops/", "/ops/rs/", "/static/rs/x.js", "/rss/feed", "/healthz"])
async def test_everything_else_is_djangos(path: str) -> None:
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])

    await RestCalls(application)({"type": "http", "path": path}, None, None)
    assert seen == [path]
