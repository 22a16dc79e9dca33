"""Every operation, asked as its description says and in ways that it does not: answered as it says."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from games.accounts import access_tokens
from games.models import Collaborator
from games.snapshots import take
from messaging.models import Message, PlayerMessage
from players.models import Player, Segment, SegmentQuery, SegmentValue
from portal.api import access
from portal.api.server import openapi
from protocol.dates import now_ms
from protocol.limiter import Rate
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
EXAMPLES = 10
# What succeeds, where a body is taken.
GOOD: dict[str, Any] = {
    "PATCH /api/v1/games/{api_key}/messages/{key}": {"version": 0, "settings": {"title": "Hello"}},
    "POST /api/v1/games/{api_key}/{stage}/messages/{key}/test": {"player": "anna"},
    "PUT /api/v1/games/{api_key}/segments/{code}": {"values": [{"shortCode": "V"}]},
    "PUT /api/v1/games/{api_key}/queries/{code}": {"query": {"all": [{"segment": "CODE", "is": "V"}]}},
    "POST /api/v1/games/{api_key}/snapshots": {"description": "Nightly"},
    "POST /api/v1/games/{api_key}/snapshots/{snapshot_id}/publish": None,  # said in the test,
    "POST /api/v1/games/{api_key}/unpublish": None,  # and so is this
}
GAME = "/api/v1/games/{api_key}"
OPERATIONS = [
    f"{method.upper()} {path}" for path, methods in openapi()["paths"].items() for method in methods
]
EVERYWHERE = {401, 403, 404, 422}  # for what every operation takes: a token, a game, fields that fit


@pytest.mark.parametrize("name", OPERATIONS, ids=[each.replace(GAME, "") for each in OPERATIONS])
def test_operation_answers_as_it_says_and_succeeds(
    people: People, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "ASKED", Rate(1e6, 1e6))
    there, headers = fill(people), {"Authorization": f"Bearer {token_of(people)}"}
    method, path = name.split()
    described = operation_of(name)
    documented = {int(status) for status in described.definition.raw["responses"]} | EVERYWHERE

    def ask(values: dict[str, Any], query: dict[str, Any], body: Any) -> int:
        url = path
        for key, value in values.items():
            url = url.replace(f"{{{key}}}", quote(str(value), safe=""))
        text = "" if body is None else json.dumps(body)
        answer = Client().generic(
            method, url, text, content_type="application/json", headers=headers, query_params=query
        )
        assert answer.status_code in documented, (method, url, text, answer.content[:500])
        if answer.status_code >= 400:
            assert set(json.loads(answer.content)) == {"error", "faults"}
        return answer.status_code

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described.as_strategy())
    def made_up(case: Any) -> None:
        body = (
            case.body if method in ("POST", "PUT", "PATCH") and isinstance(case.body, dict | list) else None
        )
        ask({**case.path_parameters, "api_key": "ours"}, dict(case.query or {}), body)
        ask({**case.path_parameters, **there}, {}, body)

    if method != "DELETE":
        made_up()
    body = GOOD.get(name)
    if name.endswith(("/publish", "/unpublish")):
        body = {"instead_of": people.game.stage("live").snapshot_id}
    if name.startswith("PATCH"):
        body = {**body, "version": 0}
        people.game.message_types.all().delete()
    assert 200 <= ask(there, {}, body) < 300
    if method == "DELETE":
        made_up()


def operation_of(name: str) -> Any:
    schema = schemathesis.openapi.from_dict(openapi())
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(found) == len(OPERATIONS)
    return next(each for each in found if each.label == name)


def token_of(people: People) -> str:
    expires = timezone.now() + timedelta(days=1)
    return access_tokens.create(people.user("owner"), people.game, "All", Collaborator.Role.OWNER, expires)


def fill(people: People) -> dict[str, Any]:
    """Values of every parameter that a path has, each of what is there."""
    game, stage = people.game, people.game.stage("preview")
    player = Player.objects.create(stage=stage, user_name="anna", display_name="Anna")
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 10**7}
    message = Message.objects.create(stage=stage, message_class="FriendMessage", **times)
    copy = PlayerMessage.objects.create(message=message, player=player, document="{}", **times)
    segment = Segment.objects.create(game=game, short_code="CODE")
    SegmentValue.objects.create(segment=segment, short_code="V")
    SegmentQuery.objects.create(game=game, short_code="CODE", query={"all": []})
    return {
        "api_key": game.api_key,
        "stage": "preview",
        "key": "FriendMessage",
        "code": "CODE",
        "snapshot_id": take(game, None, "There").pk,
        "player_id": player.pk,
        "copy_id": copy.pk,
    }
