"""Who gets to which address of the portal: the role matrix, foreign games, forged forms, headers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from games.audit import record
from games.models import AuditEntry
from messaging.models import Message, PlayerMessage
from players.models import Player
from portal.web.urls import PAGES, urlpatterns
from protocol.dates import now_ms
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db
USERS = ("owner", "admin", "editor", "viewer", "outsider", "anonymous")
# What each user is answered, in the order of USERS. A page that is not here fails.
MATRIX = {
    "sign-in GET": "302 302 302 302 302 200",
    "sign-in POST": "302 302 302 302 302 422",
    "sign-out POST": "302 302 302 302 302 302",
    "password GET": "200 200 200 200 200 302",
    "password POST": "422 422 422 422 422 302",
    "games GET": "200 200 200 200 200 302",
    "trace GET": "200 200 200 200 404 302",
}
POLICY = re.compile(
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[A-Za-z0-9_-]{22}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

BINDING = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def addresses(route: str, api_key: str) -> Iterator[str]:
    """Of every pattern, on both stages. A parameter that is unknown here fails."""
    for stage in ("preview", "live"):
        filled = "/" + route.replace("<key:api_key>", api_key).replace("<stage:stage>", stage)
        assert "<" not in filled, route
        yield filled
        if "<stage" not in route:
            return


def test_every_page_is_in_the_matrix() -> None:
    listed = {f"{page.name} {method}" for page in PAGES for method in page.methods}
    assert listed == set(MATRIX)
    assert [str(each.pattern) for each in urlpatterns] == [page.route for page in PAGES]
    assert all(isinstance(each, URLPattern) for each in urlpatterns)


@pytest.mark.parametrize("user", USERS)
def test_roles_get_what_the_matrix_says(people: People, user: str) -> None:
    seen = {}
    for page in PAGES:
        for method in ("GET", "POST"):
            client = people.client(user)
            answers = {client.generic(method, url).status_code for url in addresses(page.route, "ours")}
            if method in page.methods:
                (seen[f"{page.name} {method}"],) = answers
            elif user == "owner":
                assert answers == {405}, (page.name, method)
    assert seen == {name: int(row.split()[USERS.index(user)]) for name, row in MATRIX.items()}


def test_a_foreign_game_is_answered_like_one_that_is_not_there(people: People) -> None:
    make_people("theirs")
    client = people.client("owner")
    for page in PAGES:
        if page.of_game:
            for theirs, none in zip(
                addresses(page.route, "theirs"), addresses(page.route, "nobody1"), strict=True
            ):
                for method in ("GET", "POST"):
                    foreign, missing = client.generic(method, theirs), client.generic(method, none)
                    assert foreign.status_code == missing.status_code
                    assert foreign.status_code in (404, 405)
                    assert without_tokens(foreign) == without_tokens(missing)


def without_tokens(answer: Any) -> str:
    return re.sub(r'value="\w{64}"', "", answer.content.decode())


def test_ids_of_a_foreign_game_find_nothing_on_ours(people: People) -> None:
    theirs = make_people("theirs")
    stage = theirs.game.stage("preview")
    player = Player.objects.create(stage=stage, user_name="spy", display_name="Their player")
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 10**7}
    message = Message.objects.create(stage=stage, message_class="FriendMessage", **times)
    copy = PlayerMessage.objects.create(
        message=message, player=player, document='{"summary": "theirs"}', **times
    )
    client = people.client("owner")
    for question in (
        {"id": copy.pk},
        {"id": message.pk},
        {"id": message.pk, "player": player.pk},
        {"player": player.pk, "type_code": "FriendMessage"},
        {"player": "spy", "type_code": "FriendMessage"},
    ):
        for name in ("preview", "live"):
            answer = client.get(f"/g/ours/{name}/trace/", question)
            assert answer.status_code == 404, question
            assert b"Their player" not in answer.content


def test_forms_without_their_token_are_refused(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = people.client("owner").cookies
    before = AuditEntry.objects.count()
    for page in PAGES:
        if "POST" in page.methods:
            for url in addresses(page.route, "ours"):
                assert client.post(url, {"name": "x"}).status_code == 403, url
    assert AuditEntry.objects.count() == before


def test_reading_pages_changes_nothing(people: People) -> None:
    client = people.client("owner")
    record(None, "test.marker", "marker")
    for _ in range(2):
        for page in PAGES:
            for url in addresses(page.route, "ours"):
                client.get(url)
    newest = AuditEntry.objects.first()
    assert newest is not None
    assert newest.action == "test.marker"


def test_every_answer_binds_the_browser_and_is_kept_by_nobody(people: People) -> None:
    nonces = set()
    for user in ("owner", "outsider", "anonymous"):
        client = people.client(user)
        for page in PAGES:
            for url in [*addresses(page.route, "ours"), "/nowhere", "/g/ours/", "/g/%00/preview/trace/"]:
                answer = client.get(url)
                assert POLICY.fullmatch(answer["Content-Security-Policy"]), url
                nonces.add(answer["Content-Security-Policy"])
                assert {name: answer[name] for name in BINDING} == BINDING, url
    assert len(nonces) > 30


def test_a_superuser_sees_every_game_without_a_role(people: People) -> None:
    user = people.user("outsider")
    user.is_superuser = True
    user.save()
    page = people.client("outsider").get("/").content.decode()
    assert "Game ours" in page
    assert "Operator" in page
