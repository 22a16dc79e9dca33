"""Access tokens: made and shown once, used by programs, revoked, expired, outlived by nobody's rights."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from games.accounts import access_tokens, secret_texts
from games.collaborators import remove, set_role
from games.models import AccessToken, AuditEntry, Collaborator
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db
Role = Collaborator.Role
FORM = {"name": "Nightly copy", "game": "ours", "role": "viewer", "days": "30"}


def make(people: People, name: str = "editor", role: Collaborator.Role = Role.VIEWER) -> str:
    expires = timezone.now() + timedelta(days=1)
    return access_tokens.create(people.user(name), people.game, "Copy", role, expires)


def ask(token: str, key: str = "ours") -> tuple[int, str]:
    """The status, and what it says or the game's key."""
    answer = Client().get(f"/api/v1/games/{key}/document", headers={"Authorization": f"Bearer {token}"})
    said = json.loads(answer.content)
    return answer.status_code, said.get("error") or said["apiKey"]


GOOD = (200, "ours")
BAD = (401, "This takes an access token that has not expired.")


def test_a_token_is_shown_once_and_kept_as_its_hash(people: People) -> None:
    client = people.client("editor")
    shown = client.post("/account/tokens/", FORM).content.decode()
    (token,) = re.findall(r"flint-[0-9a-f]{48}", shown)
    assert "http://testserver/api/v1/games/ours/document" in shown
    again = client.get("/account/tokens/").content.decode()
    assert token not in again
    assert f"<code>{token[:12]}…</code>" in again
    row = AccessToken.objects.get()
    assert row.digest == secret_texts.digest(token)
    stored = str(AccessToken.objects.values().get()) + str(list(AuditEntry.objects.values()))
    assert token[12:] not in stored
    assert ask(token) == GOOD
    entry = AuditEntry.objects.get(action="token.created")
    assert (entry.game, entry.target) == (people.game, "Nightly copy")
    assert entry.detail == {"role": "viewer", "start": token[:12]}


def test_a_token_shows_when_it_was_last_used(people: People) -> None:
    token, client = make(people), people.client("editor")
    assert "never" in client.get("/account/tokens/").content.decode()
    ask(token)
    assert "never" not in client.get("/account/tokens/").content.decode()


@pytest.mark.parametrize("given", ["", "flint-" + "0" * 48, "x", "é"])
def test_what_is_no_token_is_refused(people: People, given: str) -> None:
    make(people)
    assert ask(given) == BAD


def test_the_token_goes_by_the_bearer_scheme_and_no_other(people: People) -> None:
    token = make(people)
    path = "/api/v1/games/ours/document"
    assert Client().get(path, headers={"Authorization": f"bearer {token}"}).status_code == 200
    assert Client().get(path, headers={"Authorization": f"Basic {token}"}).status_code == 401
    assert Client().get(path, {"token": token}).status_code == 401
    refused = Client().get(path)
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert people.client("owner").get(path).status_code == 401


def test_a_token_opens_its_own_game_alone(people: People) -> None:
    theirs = make_people("theirs")
    set_role(theirs.game, people.user("editor"), Role.OWNER, None)
    token = make(people)
    assert ask(token, "theirs") == ask(token, "nobody1") == (404, "There is no such thing.")


def test_a_revoked_token_is_refused(people: People) -> None:
    token, client = make(people), people.client("editor")
    pk = AccessToken.objects.get().pk
    assert people.client("owner").post("/account/tokens/revoke/", {"token": pk}).status_code == 404
    assert ask(token) == GOOD
    client.post("/account/tokens/revoke/", {"token": pk})
    assert ask(token) == BAD
    assert "Copy is revoked." in client.get("/account/tokens/").content.decode()
    assert AuditEntry.objects.filter(action="token.revoked", game=people.game).count() == 1


def test_an_expired_token_is_refused(people: People) -> None:
    token = make(people)
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert ask(token) == BAD
    assert "expired" in people.client("editor").get("/account/tokens/").content.decode()


def test_a_token_of_somebody_who_was_removed_is_gone(people: People) -> None:
    token = make(people)
    row = Collaborator.objects.get(user=people.user("editor"))
    remove(row, None)
    assert not AccessToken.objects.exists()
    set_role(people.game, people.user("editor"), Role.EDITOR, None)
    assert ask(token) == BAD


def test_a_token_of_a_user_who_is_switched_off_is_refused(people: People) -> None:
    token, user = make(people), people.user("editor")
    user.is_active = False
    user.save()
    assert ask(token) == BAD


def test_a_token_has_no_more_than_what_its_user_is_left(people: People) -> None:
    token = make(people, "editor", Role.EDITOR)
    found = access_tokens.find(token)
    assert found is not None
    assert found.role == Role.EDITOR
    set_role(people.game, people.user("editor"), Role.VIEWER, None)
    found = access_tokens.find(token)
    assert found is not None
    assert found.role == Role.VIEWER
    set_role(people.game, people.user("editor"), Role.OWNER, None)
    found = access_tokens.find(token)
    assert found is not None
    assert found.role == Role.EDITOR


def test_nobody_makes_a_token_above_their_role_or_for_another_game(people: People) -> None:
    make_people("theirs")
    client = people.client("editor")
    above = client.post("/account/tokens/", FORM | {"role": "admin"})
    assert (above.status_code, AccessToken.objects.count()) == (422, 0)
    assert "A token cannot do more than you may on the game." in above.content.decode()
    assert client.post("/account/tokens/", FORM | {"game": "theirs"}).status_code == 422
    assert client.post("/account/tokens/", FORM | {"days": "4000"}).status_code == 422
    assert AccessToken.objects.count() == 0
    expires = timezone.now() + timedelta(days=366)
    with pytest.raises(access_tokens.Refused, match="A token lasts a year at most"):
        access_tokens.create(people.user("editor"), people.game, "Long", Role.VIEWER, expires)


def test_the_document_holds_no_secret(people: People) -> None:
    secrets = [row.secret for row in people.game.credentials.all()]
    assert secrets
    headers = {"Authorization": f"Bearer {make(people)}"}
    answer = Client().get("/api/v1/games/ours/document", headers=headers)
    assert all(secret not in answer.content.decode() for secret in secrets)
    assert answer["Cache-Control"] == "no-store"
