"""Credentials on their pages: rights, a secret that is shown once, a reset with its grace."""

import re
from typing import Any

import pytest
from django.utils.html import escape

from games.config import compile_stage
from games.credential_use import write_down
from games.credentials import reset_secret, save_credential
from games.models import AuditEntry, Credential
from protocol.catalogue import CATALOGUE
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
URL = "/g/ours/credentials/"
SERVER = f"{URL}of/server/"
NEW = f"{URL}new/"
FORM = {"short_code": "tool", "name": "A tool", "rest_policy": "allowed", "mode": "all"}


def row_of(people: People, code: str = "server") -> Credential:
    return Credential.objects.get(game=people.game, short_code=code)


def page_of(people: People, url: str = URL, role: str = "owner") -> str:
    answer = people.client(role).get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(people: People, url: str, data: dict[str, Any], status: int = 200, role: str = "admin") -> str:
    answer = people.client(role).post(url, data)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


def secrets_of(people: People) -> set[str]:
    rows = Credential.objects.filter(game=people.game)
    return {each for row in rows for each in (row.secret, row.former_secret) if each}


def test_every_credential_is_listed_with_what_it_may(people: People) -> None:
    denied = {"allow": ["*"], "deny": ["LogEventRequest", "ListTeamsRequest"]}
    fields = {"name": "<b>Tool</b>", "player": False, "callback": True, **denied}
    save_credential(people.game, "tool", fields, None)
    page = page_of(people, role="viewer")
    assert "ws://testserver/live/ws/device/ours" in page
    rows = page.split("<tr role")[2:]
    assert [re.findall(r"/of/([\w-]+)/", row)[0] for row in rows] == [
        *("debug", "device", "server", "server-send"),
        "tool",
    ]
    assert ["every game has it" in row for row in rows] == [True, True, True, True, False]
    assert "servers, with messages, callbacks" in rows[4]
    assert "all but 2" in rows[4]
    assert "&lt;b&gt;Tool&lt;/b&gt;" in rows[4]


def test_a_new_secret_is_shown_by_its_own_answer_alone(people: People) -> None:
    page = post(people, NEW, FORM)
    secret = row_of(people, "tool").secret
    assert f'<code id="secret">{secret}</code>' in page
    for url in (URL, f"{URL}of/tool/", NEW):
        assert secret not in page_of(people, url)
    assert secret not in "".join(str(row) for row in AuditEntry.objects.values_list("detail", "target"))


def test_no_page_holds_a_secret(people: People) -> None:
    reset_secret(row_of(people), None, grace_hours=24)
    secrets = secrets_of(people)
    assert len(secrets) == 5
    urls = [URL, NEW, *(f"{URL}of/{code}/" for code in ("debug", "device", "server", "server-send"))]
    for role in ("owner", "viewer"):
        for url in urls if role == "owner" else [URL, SERVER]:
            page = page_of(people, url, role)
            assert [each for each in secrets if each in page] == []
    page = post(people, SERVER, {"name": ""}, 422) + post(people, f"{SERVER}reset/", {}, 422)
    assert [each for each in secrets if each in page] == []


@pytest.mark.parametrize(("hours", "both"), [("0", False), ("1", True), ("24", True)])
def test_a_reset_shows_the_new_secret_and_says_how_long_the_old_is_good(
    people: People, hours: str, both: bool
) -> None:
    old = row_of(people).secret
    page = post(people, f"{SERVER}reset/", {"hours": hours})
    new = row_of(people).secret
    assert new != old
    assert f'<code id="secret">{new}</code>' in page
    assert old not in page
    assert ("The one before is good until" in page) is both
    good = compile_stage(people.game.stage("live")).credentials["server"].secrets
    assert good == ((new, old) if both else (new,))
    entry = AuditEntry.objects.filter(game=people.game).first()
    assert entry is not None
    assert (entry.action, entry.actor_name) == ("credential.secret_reset", "ours-admin")
    assert ("Two secrets" in page_of(people, SERVER)) is both


@pytest.mark.parametrize("hours", ["", "2", "-1", "x"])
def test_a_reset_takes_one_of_the_graces_alone(people: People, hours: str) -> None:
    old = row_of(people).secret
    assert "choose a grace" in post(people, f"{SERVER}reset/", {"hours": hours}, 422)
    assert row_of(people).secret == old


def test_the_secret_in_players_apps_stays(people: People) -> None:
    old = row_of(people, "device").secret
    assert "Reset the secret" not in page_of(people, f"{URL}of/device/")
    page = post(people, f"{URL}of/device/reset/", {"hours": "1"}, 422)
    assert escape("players' apps") in page
    assert row_of(people, "device").secret == old


def test_rights_are_changed_and_the_secret_stays(people: People) -> None:
    old = row_of(people).secret
    sent = read_form(page_of(people, SERVER), "credential")
    sent |= {"mode": ["only"], "requests": ["SendFriendMessageRequest", "LogEventRequest"], "admin": ["on"]}
    post(people, SERVER, sent, 302)
    row = row_of(people)
    assert (row.allow, row.deny) == (["LogEventRequest", "SendFriendMessageRequest"], [])
    assert (row.admin, row.secret, row.player, row.listener) == (True, old, False, True)
    again = read_form(page_of(people, SERVER), "credential")
    assert sorted(again["requests"]) == ["LogEventRequest", "SendFriendMessageRequest"]
    assert again["mode"] == ["only"]


def test_all_requests_but_some_include_those_to_come(people: People) -> None:
    post(people, NEW, FORM | {"requests": ["LogEventRequest"]})
    row = row_of(people, "tool")
    assert (row.allow, row.deny) == (["*"], ["LogEventRequest"])


def test_names_that_the_catalogue_has_not_are_kept(people: People) -> None:
    save_credential(people.game, "tool", {"allow": ["OldRequest", "LogEventRequest"], "player": False}, None)
    url = f"{URL}of/tool/"
    sent = read_form(page_of(people, url), "credential")
    post(people, url, sent, 302)
    assert row_of(people, "tool").allow == ["LogEventRequest", "OldRequest"]


def test_every_request_of_the_catalogue_can_be_ticked(people: People) -> None:
    page = page_of(people, NEW)
    assert [name for name in CATALOGUE if f'name="requests" value="{name}"' not in page] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"short_code": "server"}, "short_code"),
        ({"short_code": "a b"}, "short_code"),
        ({"short_code": "tool\n\n/"}, "short_code"),
        ({"name": ""}, "name"),
        ({"rest_policy": "never"}, "rest_policy"),
        ({"mode": ""}, "mode"),
        ({"requests": "Nonsense"}, "requests"),
        ({"player": "on", "callback": "on"}, "callback"),
    ],
    ids=["taken", "space", "line", "name", "policy", "mode", "request", "pair"],
)
def test_what_will_not_do_is_refused_beside_its_field(
    people: People, change: dict[str, str], field: str
) -> None:
    before = Credential.objects.count()
    assert f'<a href="#id_{field}' in post(people, NEW, FORM | change, 422)
    assert Credential.objects.count() == before


def test_players_always_hear_messages(people: People) -> None:
    post(people, NEW, FORM | {"player": "on"})
    assert row_of(people, "tool").listener is True


def test_what_a_system_credential_is_for_stays(people: People) -> None:
    post(people, SERVER, FORM | {"player": "on", "name": "Mine"}, 302)
    row = row_of(people)
    assert (row.name, row.player, row.listener) == ("Mine", False, True)


def test_an_own_credential_is_deleted_by_whoever_types_it(people: People) -> None:
    post(people, NEW, FORM)
    assert "Not deleted: type tool" in post(people, f"{URL}of/tool/", {"delete": "", "typed": "x"}, 422)
    post(people, f"{URL}of/tool/", {"delete": "", "typed": "tool"}, 302)
    assert not Credential.objects.filter(short_code="tool").exists()
    assert "system credential" in post(people, SERVER, {"delete": "", "typed": "server"}, 422)
    assert people.client("owner").get(f"{URL}of/tool/").status_code == 404


def test_a_viewer_changes_nothing(people: People) -> None:
    page = page_of(people, SERVER, "viewer")
    assert 'name="save"' not in page
    assert "Reset the secret" not in page
    assert page.count("<form") == 3  # the two that sign out, and this one without a button


def test_the_database_is_asked_as_often_for_four_as_for_twenty(
    people: People, django_assert_num_queries: Any
) -> None:
    client = people.client("owner")
    for count in (4, 20):
        for number in range(Credential.objects.filter(game=people.game).count(), count):
            save_credential(people.game, f"tool{number}", {}, None)
        with django_assert_num_queries(5):
            assert client.get(URL).status_code == 200


def test_use_and_connections_are_as_processes_last_said(people: People) -> None:
    write_down("a", {(people.game.pk, "server")}, {(people.game.pk, "device"): 1200})
    write_down("b", set(), {(people.game.pk, "device"): 34})
    rows = page_of(people, role="viewer").split("<tr role")[2:]
    told = [re.findall(r'data-label="(?:Last used|Connections)">(?:<[^>]+>)?([^<]*)', row) for row in rows]
    assert told == [["never", "0"], ["just now", "1,234"], ["just now", "0"], ["never", "0"]]
