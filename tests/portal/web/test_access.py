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
# What each user is answered, in the order of USERS; on preview and live where these differ, "200/403". A page
# that is not here fails.
MATRIX = {
    "sign-in GET": "302 302 302 302 302 200",
    "sign-in POST": "302 302 302 302 302 422",
    "second-step GET": "302 302 302 302 302 302",
    "second-step POST": "302 302 302 302 302 302",
    "reset GET": "200 200 200 200 200 200",
    "reset POST": "422 422 422 422 422 422",
    "reset-choose GET": "404 404 404 404 404 404",
    "reset-choose POST": "404 404 404 404 404 404",
    "invite GET": "404 404 404 404 404 404",
    "invite POST": "404 404 404 404 404 404",
    "sign-out POST": "302 302 302 302 302 302",
    "password GET": "200 200 200 200 200 302",
    "password POST": "422 422 422 422 422 302",
    "account GET": "200 200 200 200 200 302",
    "account POST": "422 422 422 422 422 302",
    "columns POST": "404 404 404 404 404 302",
    "email GET": "200 200 200 200 200 302",
    "email POST": "422 422 422 422 422 302",
    "email-confirm GET": "404 404 404 404 404 302",
    "email-confirm POST": "404 404 404 404 404 302",
    "second-factor GET": "200 200 200 200 200 302",
    "second-factor POST": "404 404 404 404 404 302",
    "sessions GET": "200 200 200 200 200 302",
    "sessions POST": "404 404 404 404 404 302",
    "tokens GET": "200 200 200 200 200 302",
    "tokens POST": "422 422 422 422 422 302",
    "token-revoke POST": "404 404 404 404 404 302",
    "games GET": "200 200 200 200 200 302",
    "recycle-bin GET": "200 200 200 200 200 302",
    "recycle-bin POST": "404 404 404 404 404 302",
    "palette GET": "200 200 200 200 200 302",
    "palette-of-game GET": "200 200 200 200 404 302",
    "new-game GET": "200 200 200 200 200 302",
    "new-game POST": "422 422 422 422 422 302",
    "new-game-platforms GET": "302 302 302 302 302 302",
    "new-game-platforms POST": "302 302 302 302 302 302",
    "new-game-push GET": "302 302 302 302 302 302",
    "new-game-push POST": "302 302 302 302 302 302",
    "harness GET": "200 200 200 403 404 302",
    "harness-sign POST": "400 400 400/403 403 404 302",
    "harness-token POST": "404 404 404/403 403 404 302",
    "harness-scenarios POST": "422 422 422 403 404 302",
    "connect GET": "200 200 200 200 404 302",
    "connect POST": "422 422 403 403 404 302",
    "connect-seen GET": "200 200 200 200 404 302",
    "overview GET": "200 200 200 200 404 302",
    "overview-tiles GET": "200 200 200 200 404 302",
    "overview-charts GET": "200 200 200 200 404 302",
    "messages GET": "200 200 200 200 404 302",
    "messages POST": "422 422 422 403 404 302",
    "messages-undo POST": "302 302 302 403 404 302",
    "extensions GET": "200 200 200 200 404 302",
    "extensions POST": "422 422 422 403 404 302",
    "extension-new GET": "200 200 200 403 404 302",
    "extension-new POST": "422 422 422 403 404 302",
    "message GET": "200 200 200 200 404 302",
    "message POST": "422 422 422 403 404 302",
    "message-switch POST": "404 404 404 403 404 302",
    "message-outcome POST": "200 200 200 200 404 302",
    "message-newest GET": "200 200 200 200 404 302",
    "message-texts GET": "200 200 200 200 404 302",
    "message-texts POST": "302 302 302 403 404 302",
    "message-texts-csv GET": "200 200 200 200 404 302",
    "message-history GET": "200 200 200 200 404 302",
    "message-history POST": "404 404 404 403 404 302",
    "message-uses GET": "200 200 200 200 404 302",
    "extension GET": "200 200 200 403 404 302",
    "extension POST": "422 422 422 403 404 302",
    "message-check POST": "400 400 400 400 404 302",
    "message-preview POST": "400 400 400 400 404 302",
    "message-past GET": "200 200 200 200 404 302",
    "message-replay POST": "400 400 400 403 404 302",
    "message-trial POST": "422 422 422/403 403 404 302",
    "message-follow GET": "200 200 200 200 404 302",
    "query-estimate POST": "400 400 400 400 404 302",
    "player-search GET": "200 200 200 200 404 302",
    "trace GET": "200 200 200 200 404 302",
    "resend POST": "404 404 404/403 403 404 302",
    "people GET": "200 200 200 200 404 302",
    "people POST": "422 422 403 403 404 302",
    "people-leave POST": "422 422 422 422 404 302",
    "audit GET": "200 200 403 403 404 302",
    "audit-csv GET": "200 200 403 403 404 302",
    "segments GET": "200 200 200 200 404 302",
    "segment-new GET": "200 200 200 403 404 302",
    "segment-new POST": "422 422 422 403 404 302",
    "segment GET": "404 404 404 404 404 302",
    "segment POST": "404 404 404 403 404 302",
    "queries GET": "200 200 200 200 404 302",
    "query-new GET": "200 200 200 403 404 302",
    "query-new POST": "422 422 422 403 404 302",
    "query GET": "404 404 404 404 404 302",
    "query POST": "404 404 404 403 404 302",
    "query-history GET": "404 404 404 404 404 302",
    "query-history POST": "404 404 404 403 404 302",
    "query-test POST": "200 200 200 200 404 302",
    "players GET": "200 200 200 200 404 302",
    "players-csv GET": "200 200 403 403 404 302",
    "player GET": "404 404 404 404 404 302",
    "player POST": "404 404 404 403 404 302",
    "player-export POST": "404 404 404 403 404 302",
    "player-inbox GET": "404 404 404 404 404 302",
    "player-inbox POST": "404 404 404 403 404 302",
    "player-devices GET": "404 404 404 404 404 302",
    "player-devices POST": "404 404 404 403 404 302",
    "player-sessions GET": "404 404 404 404 404 302",
    "player-sessions POST": "404 404 404 403 404 302",
    "player-segments GET": "404 404 404 404 404 302",
    "player-segments POST": "404 404 404 403 404 302",
    "player-send GET": "404 404 404/403 403 404 302",
    "player-send POST": "404 404 404/403 403 404 302",
    "push GET": "200 200 200 200 404 302",
    "push-log GET": "200 200 200 200 404 302",
    "push-csv GET": "200 200 403 403 404 302",
    "push-tail GET": "200 200 200 200 404 302",
    "push-codes GET": "200 200 200 200 404 302",
    "push-account GET": "200 200 200 200 404 302",
    "push-account POST": "422 422 403 403 404 302",
    "push-verify POST": "200 200 403 403 404 302",
    "push-test POST": "422 422 422/403 403 404 302",
    "snapshots GET": "200 200 200 200 404 302",
    "snapshots POST": "422 422 422 403 404 302",
    "snapshot-diff GET": "200 200 200 200 404 302",
    "snapshot-upload GET": "200 200 403 403 404 302",
    "snapshot-upload POST": "422 422 403 403 404 302",
    "snapshot-working GET": "200 200 200 200 404 302",
    "unpublish GET": "200 200 403 403 404 302",
    "unpublish POST": "422 422 403 403 404 302",
    "snapshot GET": "404 404 404 404 404 302",
    "snapshot POST": "404 404 404 403 404 302",
    "snapshot-download GET": "404 404 404 404 404 302",
    "snapshot-delete POST": "404 404 403 403 404 302",
    "snapshot-publish GET": "404 404 403 403 404 302",
    "snapshot-publish POST": "404 404 403 403 404 302",
    "snapshot-revert GET": "404 404 403 403 404 302",
    "snapshot-revert POST": "404 404 403 403 404 302",
    "settings GET": "200 200 403 403 404 302",
    "settings POST": "422 422 403 403 404 302",
    "settings-history GET": "200 200 403 403 404 302",
    "settings-history POST": "404 404 403 403 404 302",
    "game-transfer POST": "404 403 403 403 404 302",
    "game-delete POST": "200 403 403 403 404 302",
    "credentials GET": "200 200 200 200 404 302",
    "credential-new GET": "200 200 403 403 404 302",
    "credential-new POST": "422 422 403 403 404 302",
    "credential GET": "200 200 200 200 404 302",
    "credential POST": "422 422 403 403 404 302",
    "credential-reset POST": "422 422 403 403 404 302",
}
FILLED = {
    "<message:key>": "ScriptMessage_FLINT_FRIEND_INVITE",
    "<id:message_id>": "5f0000000000000000000001",
    "<id:copy_id>": "5f0000000000000000000001",
    "<slug:user>": "MQ",
    "<slug:token>": "c8n2-0123456789abcdef0123456789abcdef",
    "<str:token>": "nothing",
    "<code:code>": "NOBODYS",
    "<id:player_id>": "5f0000000000000000000001",
    "<provider:provider>": "apns",
    "<credential:code>": "server",
    "<number:number>": "999999999",
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
        filled = "/" + route
        for parameter, value in {**FILLED, "<key:api_key>": api_key, "<stage:stage>": stage}.items():
            filled = filled.replace(parameter, value)
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
            answers = [client.generic(method, url).status_code for url in addresses(page.route, "ours")]
            if method in page.methods:
                seen[f"{page.name} {method}"] = "/".join(map(str, dict.fromkeys(answers)))
            elif user == "owner":
                assert set(answers) == {405}, (page.name, method)
    assert seen == {name: row.split()[USERS.index(user)] for name, row in MATRIX.items()}


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
