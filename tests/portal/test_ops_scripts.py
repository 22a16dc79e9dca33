"""Scripts and their log on the operators' pages."""

from typing import Any

from django.test import Client

from cloudcode.models import Script, ScriptLog
from cloudcode.scripts import save_script, texts_of
from games.collaborators import set_role
from games.models import AuditEntry, Collaborator, User
from tests.portal.ops_client import client, client_of, world
from tests.portal.ops_world import World

__all__ = ["client", "world"]

SCRIPTS = "/ops/cloudcode/script/"
NO_VERSIONS = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}


def add(client: Client, world: World, **fields: Any) -> str:
    form = {"game": world.game.pk, "key": "modules/added", "text": "var a;", "note": "", **NO_VERSIONS}
    return client.post(f"{SCRIPTS}add/", form | fields, follow=True).content.decode()


def change(client: Client, script: Script, **fields: Any) -> str:
    form = {"text": "var a;", "note": "", **NO_VERSIONS, **fields}
    return client.post(f"{SCRIPTS}{script.pk}/change/", form, follow=True).content.decode()


def test_a_script_is_added_changed_and_deleted(world: World, client: Client) -> None:
    add(client, world, text="  var first;\r\n\r\nvar second;\r\n", note="New")
    script = Script.objects.get(key="modules/added")
    assert texts_of(world.game)["modules/added"] == "  var first;\n\nvar second;\n"
    page = client.get(f"{SCRIPTS}{script.pk}/change/").content.decode()
    assert "var second;" in page
    change(client, script, text="var third;", note="Again")
    versions = script.versions.order_by("number").values_list("number", "author_name", "note")
    assert list(versions) == [(1, "aurelia-staff", "New"), (2, "aurelia-staff", "Again")]
    client.post(f"{SCRIPTS}{script.pk}/delete/", {"post": "yes"})
    assert "modules/added" not in texts_of(world.game)
    audit = AuditEntry.objects.filter(game=world.game, target="modules/added").order_by("id")
    assert [entry.action for entry in audit] == ["script.changed", "script.changed", "script.removed"]
    add(client, world)
    assert texts_of(world.game)["modules/added"] == "var a;"


def test_what_the_engine_cannot_read_is_not_saved_and_the_line_is_named(world: World, client: Client) -> None:
    page = add(client, world, text="var a;\nvar b = ;")
    assert "Line 2, column 9: unexpected token in expression" in page
    assert "var b = ;" in page
    assert "modules/added" not in texts_of(world.game)


def test_keys_that_are_none_unknown_or_taken_are_refused(world: World, client: Client) -> None:
    assert "One of the folders" in add(client, world, key="nowhere/x")
    assert "The game has no event NONE." in add(client, world, key="event/NONE")
    save_script(world.game, "modules/added", "var a;", None)
    assert "The game has this script." in add(client, world)


def test_a_viewer_reads_scripts_and_changes_none(world: World) -> None:
    viewer = User.objects.create_user("viewer", password="staff", is_staff=True)
    set_role(world.game, viewer, Collaborator.Role.VIEWER, None)
    script = save_script(world.game, "modules/seen", "var seen_by_all;", None).script
    client = client_of(viewer)
    page = client.get(f"{SCRIPTS}{script.pk}/change/").content.decode()
    assert "var seen_by_all;" in page
    assert '<textarea name="text"' not in page
    assert client.post(f"{SCRIPTS}{script.pk}/change/", {"text": "", **NO_VERSIONS}).status_code == 403
    assert client.get(f"{SCRIPTS}add/").status_code == 403


def test_the_script_log_says_what_happened_where(world: World, client: Client) -> None:
    entry = ScriptLog.objects.get(stage=world.stage)
    page = client.get("/ops/cloudcode/scriptlog/").content.decode()
    assert "modules/aurelia" in page
    page = client.get(f"/ops/cloudcode/scriptlog/{entry.pk}/change/").content.decode()
    assert "By aurelia" in page
    assert client.post(f"/ops/cloudcode/scriptlog/{entry.pk}/change/", {"text": ""}).status_code == 403
