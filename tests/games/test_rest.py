import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import AsyncClient
from pytest_django import Settings

from games.config_store import configs
from games.credentials import save_credential
from games.models import Credential, Game
from games.publishing import create_game
from protocol.errors import RequestError
from protocol.registry import REGISTRY, Handler
from protocol.request import Request
from protocol.schemas.fields import Schema

pytestmark = pytest.mark.django_db(transaction=True)

# A request of the catalogue, answered here with what reached the handler.
NAME = "ListAchievementsRequest"
Call = Callable[..., Awaitable[HttpResponse]]


async def echo(request: Request) -> dict[str, Any]:
    if "fail" in request.raw:
        raise RequestError({"achievement": "INVALID"})
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
    settings.ROOT_URLCONF = "games.urls"
    settings.ALLOWED_HOSTS = ["*"]
    settings.USE_X_FORWARDED_HOST = True  # Django's test client always sends a Host of its own
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "whitenoise" not in each]
    monkeypatch.setitem(REGISTRY, NAME, Handler(NAME, Schema, function=echo, is_async=True))
    monkeypatch.setattr(configs, "run", asyncio.to_thread)
    game = create_game("Duel of Dice", None, "duel0000dice")
    save_credential(game, "server", {"secret": "server-secret"}, None)
    save_credential(
        game, "partner", {"secret": "partner-secret", "rest_policy": "allowed", "deny": [NAME]}, None
    )
    return game


async def post(path: str, body: Any = None, host: str = "localhost") -> HttpResponse:
    content = body if isinstance(body, bytes | str) else json.dumps(body or {})
    client = AsyncClient(enforce_csrf_checks=True)
    return await client.post(
        path, content, content_type="application/json", headers={"x-forwarded-host": host}
    )


def read(response: HttpResponse) -> tuple[int, Any]:
    return response.status_code, json.loads(response.content)


async def test_call_is_answered_on_the_live_stage(played: Game) -> None:
    response = await post(
        f"/rs/duel0000dice/server/server-secret/{NAME}", {"playerId": "p", "requestId": "7"}
    )
    assert read(response) == (
        200,
        {
            "@class": ".ListAchievementsResponse",
            "requestId": "7",
            "saw": {"playerId": "p", "requestId": "7", "@class": ".ListAchievementsRequest"},
            "stage": "live",
            "by": "server",
            "over": "rest",
        },
    )
    assert response.headers["Content-Type"] == "application/json"


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
    status, body = read(await post(path + NAME, host=host))
    assert (status, body["stage"]) == (200, stage)


@pytest.mark.parametrize("body", [b"", b" ", b"{}", {"@class": ".OtherRequest"}, {"@class": None}])
async def test_class_is_the_paths(played: Game, body: Any) -> None:
    status, answer = read(await post(f"/rs/duel0000dice/server/server-secret/.{NAME}", body))
    assert (status, answer["saw"]) == (200, {"@class": ".ListAchievementsRequest"})


async def test_own_error_of_a_request_is_200_with_error(played: Game) -> None:
    response = await post(f"/rs/duel0000dice/server/server-secret/{NAME}", {"fail": True})
    assert read(response) == (
        200,
        {"@class": ".ListAchievementsResponse", "error": {"achievement": "INVALID"}},
    )


async def test_unknown_class_is_200_with_error(played: Game) -> None:
    response = await post("/rs/duel0000dice/server/server-secret/NoSuchRequest")
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
    assert read(await post(path, body)) == (status, {"@class": ERROR, "error": error})


async def test_credential_that_may_not_call_at_all_is_403(played: Game) -> None:
    secret = await asyncio.to_thread(lambda: Credential.objects.get(short_code="device").secret)
    response = await post(f"/rs/duel0000dice/device/{secret}/{NAME}")
    assert read(response) == (403, {"@class": ERROR, "error": {"@class": "NOT_ALLOWED"}})


async def test_class_that_the_credential_may_not_send_is_403(played: Game) -> None:
    response = await post(f"/rs/duel0000dice/partner/partner-secret/{NAME}")
    assert read(response) == (
        403,
        {"@class": ".ListAchievementsResponse", "error": {"@class": "NOT_ALLOWED"}},
    )


async def test_call_beyond_the_limit_is_429(played: Game, settings: Settings) -> None:
    settings.FLINT_LIMIT_REQUESTS_BURST = 1
    settings.FLINT_LIMIT_REQUESTS_PER_SECOND = settings.FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND = 0.001
    path = f"/rs/duel0000dice/server/server-secret/{NAME}"
    assert (await post(path)).status_code == 200
    assert read(await post(path)) == (
        429,
        {"@class": ".ListAchievementsResponse", "error": {"request": "THROTTLED"}},
    )


async def test_unpublished_live_stage_is_404(played: Game) -> None:
    game = await asyncio.to_thread(create_game, "New", None, "newgame00001", published=False)
    await asyncio.to_thread(save_credential, game, "server", {"secret": "new-secret"}, None)
    response = await post(f"/rs/newgame00001/server/new-secret/{NAME}")
    assert read(response) == (404, {"@class": ERROR, "error": {"stage": "NOT_PUBLISHED"}})
    assert (await post(f"/preview/rs/newgame00001/server/new-secret/{NAME}")).status_code == 200


async def test_an_address_may_be_wrong_so_often(played: Game, settings: Settings) -> None:
    """About keys and secrets together; what is right counts nothing, and nobody else waits for it."""
    settings.TRUSTED_HOPS = 1
    right, wrong = "/rs/duel0000dice/server/server-secret/", "/rs/duel0000dice/server/guess/"

    async def status(path: str, address: str) -> int:
        headers = {"x-forwarded-for": address}
        client = AsyncClient()
        return (await client.post(path + NAME, content_type="application/json", headers=headers)).status_code

    assert {await status(right, "2001:db8::1") for _ in range(60)} == {200}
    guesses = [await status(wrong, f"2001:db8::{number:x}") for number in range(60)]
    assert guesses == [401] * 50 + [429] * 10
    assert await status(right, "2001:db8::1") == 429
    assert await status(wrong, "2001:db8:0:1::1") == 401


async def test_answers_are_kept_by_nobody(played: Game) -> None:
    path = f"/rs/duel0000dice/server/server-secret/{NAME}"
    for response in (await post(path), await post("/rs/x"), await AsyncClient().get(path)):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_other_method_is_405(played: Game) -> None:
    response = await AsyncClient().get(f"/rs/duel0000dice/server/server-secret/{NAME}")
    assert read(response) == (405, {"@class": ERROR, "error": {"request": "MALFORMED"}})


async def test_database_out_of_reach_is_503(played: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    async def locked(load: Callable[[], Any]) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(configs, "run", locked)
    response = await post(f"/rs/duel0000dice/server/server-secret/{NAME}")
    assert read(response) == (503, {"@class": ERROR, "error": {"server": "UNAVAILABLE"}})


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (f"/rs/duel0000dice/server/SECRET/{NAME}", "post"),
        (f"/rs/duel0000dice/nobody/SECRET/{NAME}", "post"),
        (f"/rs/duel0000dice/server/SECRET/{NAME}/more", "post"),
        (f"/rs/duel0000dice/server/SECRET/{NAME}", "get"),
    ],
)
async def test_secret_reaches_no_log(
    played: Game, caplog: pytest.LogCaptureFixture, path: str, method: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = await getattr(AsyncClient(), method)(path)
    assert response.status_code >= 400
    assert [record.getMessage() for record in caplog.records if "SECRET" in record.getMessage()] == []
    assert "SECRET" not in response.content.decode()
