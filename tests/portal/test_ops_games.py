"""Adding games, secrets shown once, publishing, roles: through the admin's forms."""

import re
from typing import Any

from django.test import Client

from games.collaborators import set_role
from games.models import AuditEntry, Collaborator, Credential, Game, Snapshot, Stage, User
from tests.portal.ops_client import client, client_of, world
from tests.portal.ops_world import World

__all__ = ["client", "world"]

ROOT = "/ops/games"
NO_STAGES = {"stages-TOTAL_FORMS": "0", "stages-INITIAL_FORMS": "0"}


def said(client: Client, url: str, form: Any) -> str:
    return client.post(url, form, follow=True).content.decode()


def actions(game: Game) -> list[tuple[str, str, str]]:
    """The audit's newest first: who, what, to what."""
    return list(AuditEntry.objects.filter(game=game).values_list("actor_name", "action", "target"))


def test_adding_a_game_makes_keys_and_an_empty_live_stage_and_shows_its_secrets_once(client: Client) -> None:
    response = client.post(f"{ROOT}/game/add/", {"name": "Chess", "description": "", "api_key": ""})
    game = Game.objects.get(name="Chess")
    secrets = {row.short_code: row.secret for row in Credential.objects.filter(game=game)}
    page = response.content.decode()
    shown = re.findall(r"data-secret>([^<]+)<", page)
    assert sorted(shown) == sorted([game.api_key, *secrets.values()])
    assert "no-store" in response.headers["Cache-Control"]
    assert sorted(secrets) == ["debug", "device", "server", "server-send"]
    live = Stage.objects.select_related("snapshot").get(game=game, name="live")
    assert live.snapshot is not None
    assert live.snapshot.description == "Empty"
    later = client.get(f"{ROOT}/game/{game.pk}/change/").content.decode()
    assert [secret for secret in secrets.values() if secret in later] == []
    assert [(who, what) for who, what, _ in actions(game)] == [
        ("aurelia-staff", "game.published"),
        ("aurelia-staff", "game.created"),
    ]


def test_adding_a_game_under_a_taken_key_says_so(client: Client) -> None:
    page = said(client, f"{ROOT}/game/add/", {"name": "Chess", "api_key": "KEYaurelia"})
    assert "The API key KEYaurelia is taken." in page
    assert not Game.objects.filter(name="Chess").exists()


def test_renaming_a_game_is_audited(world: World, client: Client) -> None:
    form = {"name": "Renamed", "description": "New", **NO_STAGES}
    client.post(f"{ROOT}/game/{world.game.pk}/change/", form)
    world.game.refresh_from_db()
    assert (world.game.name, world.game.description) == ("Renamed", "New")
    assert actions(world.game)[0] == ("aurelia-staff", "game.imported", "keyaurelia")


def test_publishing_asks_first_and_is_audited(world: World, client: Client) -> None:
    before = Snapshot.objects.count()
    url = f"{ROOT}/game/{world.game.pk}/publish/"
    assert "for every player within a second" in client.get(url).content.decode()
    assert Snapshot.objects.count() == before
    assert "Published: " in said(client, url, {})
    assert Snapshot.objects.count() == before + 1
    assert actions(world.game)[0][:2] == ("aurelia-staff", "game.published")


def test_resetting_a_secret_shows_the_new_one_once(world: World, client: Client) -> None:
    row = Credential.objects.get(game=world.game, short_code="server")
    old = row.secret
    url = f"{ROOT}/credential/{row.pk}/reset/"
    assert old not in client.get(url).content.decode()
    page = client.post(url).content.decode()
    row.refresh_from_db()
    assert row.secret != old
    assert re.findall(r"data-secret>([^<]+)<", page) == [row.secret]
    assert row.secret not in client.get(f"{ROOT}/credential/{row.pk}/change/").content.decode()
    assert actions(world.game)[0] == ("aurelia-staff", "credential.secret_reset", "server")


def test_the_device_secret_cannot_be_reset(world: World, client: Client) -> None:
    row = Credential.objects.get(game=world.game, short_code="device")
    old = row.secret
    assert "cannot be reset" in said(client, f"{ROOT}/credential/{row.pk}/reset/", {})
    row.refresh_from_db()
    assert row.secret == old


def test_adding_changing_and_deleting_a_credential(world: World, client: Client) -> None:
    form = {"game": world.game.pk, "short_code": "bot", "name": "Bot", "rest_policy": "allowed", "allow": "*"}
    page = client.post(f"{ROOT}/credential/add/", form).content.decode()
    row = Credential.objects.get(game=world.game, short_code="bot")
    assert re.findall(r"data-secret>([^<]+)<", page) == [row.secret]
    url = f"{ROOT}/credential/{row.pk}"
    form = {"name": "Robot", "rest_policy": "token", "allow": "*"}
    form["deny"] = "GetMessageRequest\nLogEventRequest"
    client.post(f"{url}/change/", form)
    row.refresh_from_db()
    assert (row.name, row.rest_policy) == ("Robot", "token")
    assert row.deny == ["GetMessageRequest", "LogEventRequest"]
    assert "is no request" in said(client, f"{url}/change/", {**form, "deny": "nonsense"})
    client.post(f"{url}/delete/", {"post": "yes"})
    assert not Credential.objects.filter(pk=row.pk).exists()
    assert [what for _, what, _ in actions(world.game)[:3]] == [
        "credential.deleted",
        "credential.changed",
        "credential.created",
    ]


def test_system_credentials_cannot_be_deleted(world: World, client: Client) -> None:
    row = Credential.objects.get(game=world.game, short_code="server")
    assert client.post(f"{ROOT}/credential/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_collaborators_are_added_by_name(world: World, client: Client) -> None:
    User.objects.create_user("nora")
    form = {"game": world.game.pk, "user_name": "nobody", "role": "editor"}
    assert "There is no such user." in said(client, f"{ROOT}/collaborator/add/", form)
    client.post(f"{ROOT}/collaborator/add/", {**form, "user_name": "nora"})
    assert Collaborator.objects.get(user__username="nora").role == "editor"
    assert actions(world.game)[0] == ("aurelia-staff", "collaborator.role", "nora")


def test_an_administrator_makes_no_owner_and_touches_none(world: World) -> None:
    admin = User.objects.create_user("adam", is_staff=True)
    set_role(world.game, admin, Collaborator.Role.ADMIN, None)
    client = client_of(admin)
    own = Collaborator.objects.get(user=admin)
    owner = Collaborator.objects.get(user=world.user)
    page = said(client, f"{ROOT}/collaborator/{own.pk}/change/", {"role": "owner"})
    assert "Nobody can give a role above their own." in page
    assert client.post(f"{ROOT}/collaborator/{owner.pk}/change/", {"role": "viewer"}).status_code == 403
    assert client.post(f"{ROOT}/collaborator/{owner.pk}/delete/", {"post": "yes"}).status_code == 403
    own.refresh_from_db()
    owner.refresh_from_db()
    assert (own.role, owner.role) == ("admin", "owner")


def test_the_last_owner_stays(world: World, client: Client) -> None:
    owner = Collaborator.objects.get(user=world.user)
    assert client.post(f"{ROOT}/collaborator/{owner.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{ROOT}/collaborator/{owner.pk}/change/", {"role": "editor"}).status_code == 403


def test_sandbox_push_of_a_stage_is_switched_and_audited(world: World, client: Client) -> None:
    live = world.game.stage("live")
    client.post(f"{ROOT}/stage/{live.pk}/change/", {"sandbox_push": "on"})
    live.refresh_from_db()
    assert live.sandbox_push is True
    assert actions(world.game)[0] == ("aurelia-staff", "stage.sandbox_push", "live")


def test_users_are_made_by_superusers_and_audited(db: None) -> None:
    client = client_of(User.objects.create_superuser("root"))
    form = {
        "username": "nora",
        "usable_password": "true",
        "password1": "quite long one",
        "password2": "quite long one",
    }
    client.post(f"{ROOT}/user/add/", form)
    user = User.objects.get(username="nora")
    assert user.check_password("quite long one")
    form = {"username": "nora", "is_staff": "on", "is_active": "on", "email": "nora@example.org"}
    form |= {"collaborations-TOTAL_FORMS": "0", "collaborations-INITIAL_FORMS": "0"}
    client.post(f"{ROOT}/user/{user.pk}/change/", form)
    user.refresh_from_db()
    assert (user.is_staff, user.email) == (True, "nora@example.org")
    entries = AuditEntry.objects.values_list("actor_name", "action", "target")
    assert list(entries) == [("root", "user.changed", "nora"), ("root", "user.created", "nora")]


def test_history_shows_the_audit_of_the_row(world: World, client: Client) -> None:
    page = client.get(f"{ROOT}/game/{world.game.pk}/history/").content.decode()
    assert "game.created" in page
