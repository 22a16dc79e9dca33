"""A player's summary, and what is done to a player: who may, what is asked first, what is written down."""

import re

import pytest

from competition.models import PlayerAchievement, Team, TeamMember, Wallet
from games.models import AuditEntry
from players import friends
from players.models import AuthToken, DeviceIdentity, Player
from players.passwords import encode, matches
from players.tokens import issue
from tests.portal.web.people import People
from tests.portal.web.player_rows import add_device, add_player, send

pytestmark = pytest.mark.django_db


def url_of(player: Player, tab: str = "") -> str:
    return f"/g/ours/{player.stage.name}/players/{player.pk}/{tab}"


def shown(people: People, player: Player, role: str = "viewer", tab: str = "") -> str:
    answer = people.client(role).get(url_of(player, tab))
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def written(people: People) -> list[tuple[str, str, str]]:
    """What the audit has, the newest first: who did what to whom."""
    rows = AuditEntry.objects.filter(game=people.game, action__startswith="player.").order_by("-id")
    return [(row.actor_name, row.action, row.target) for row in rows]


def test_summary_gathers_what_each_package_knows(people: People) -> None:
    ana = add_player(people, "ana", display_name="Ana", external_ids={"FB": "77"}, script_data={"level": 7})
    bo = add_player(people, "bo", display_name="Bo")
    DeviceIdentity.objects.create(stage=ana.stage, player=ana, device_id="phone-1", device_os="IOS")
    friends.link(ana.pk, [bo.pk], friends.SERVER)
    Wallet.objects.create(player=ana, currency2=1500)
    PlayerAchievement.objects.create(player=ana, code="FIRST_WIN", times=3)
    team = Team.objects.create(stage=ana.stage, team_id="t1", team_type="CLUB", name="The Club", owner=ana)
    TeamMember.objects.create(team=team, player=ana)
    page = shown(people, ana, "editor")
    for part in (
        "<bdi>77</bdi>",
        "<bdi>phone-1</bdi>",
        "<bdi>1,500</bdi>",
        "<bdi>currency 2</bdi>",
        "<bdi>FIRST_WIN</bdi>",
        "<bdi>× 3</bdi>",
        "<bdi>The Club</bdi>",
        "<bdi>CLUB, owner</bdi>",
        f'href="{url_of(bo)}"><bdi>Bo</bdi>',
        "&quot;level&quot;: 7",
    ):
        assert part in page, part
    assert "<title>Ana · Summary · Game ours</title>" in page


def test_viewers_see_no_script_data_and_no_buttons(people: People) -> None:
    ana = add_player(people, "ana", script_data={"diary": "secret"})
    page = shown(people, ana)
    assert "secret" not in page
    assert "Hidden: your role may not read" in page
    for name in ("ban", "password", "delete"):
        assert f'name="{name}"' not in page
        assert people.client("viewer").post(url_of(ana), {name: "", "sure": "1"}).status_code == 403
    assert 'name="ban"' in shown(people, ana, "editor")
    assert 'name="delete"' not in shown(people, ana, "editor")


def test_a_player_of_another_stage_is_nobody_here(people: People) -> None:
    live = add_player(people, "ana", stage="live")
    client = people.client("owner")
    for tab in ("", "inbox/", "devices/", "sessions/", "segments/", "send/"):
        assert client.get(f"/g/ours/preview/players/{live.pk}/{tab}").status_code == 404, tab
        answer = client.post(f"/g/ours/preview/players/{live.pk}/{tab}", {"ban": "", "sure": "1"})
        assert answer.status_code == 404, tab
    assert written(people) == []


def test_a_ban_is_asked_about_first_and_lifted_at_once(people: People) -> None:
    ana = add_player(people, "ana")
    issue(ana.pk)
    client = people.client("editor")
    question = client.post(url_of(ana), {"ban": ""})
    assert question.status_code == 200
    assert "logged out everywhere" in question.content.decode()
    assert not Player.objects.get(pk=ana.pk).banned
    page = client.post(url_of(ana), {"ban": "", "sure": "1"}, follow=True).content.decode()
    assert "The player is banned." in page
    assert not AuthToken.objects.filter(player=ana).exists()
    assert 'name="unban"' in page
    assert "may log in" not in page
    client.post(url_of(ana), {"unban": ""})
    assert not Player.objects.get(pk=ana.pk).banned
    assert written(people) == [
        ("ours-editor", "player.unban", ana.pk),
        ("ours-editor", "player.ban", ana.pk),
    ]


def test_a_question_on_live_says_so(people: People) -> None:
    ana = add_player(people, "ana", stage="live")
    page = people.client("editor").post(url_of(ana), {"ban": ""}).content.decode()
    assert "This is LIVE of <bdi>Game ours</bdi>." in page


def test_a_new_password_is_shown_once_and_ends_the_old_log_ins(people: People) -> None:
    ana = add_player(people, "ana", password=encode("old"), failed_logins=9, locked_until_ms=2**50)
    token = issue(ana.pk)
    client = people.client("editor")
    assert "shown to you once" in client.post(url_of(ana), {"password": ""}).content.decode()
    answer = client.post(url_of(ana), {"password": "", "sure": "1"})
    found = re.search(r"The new password is <code>([\w-]{12})</code>", answer.content.decode())
    assert found
    ana.refresh_from_db()
    assert matches(found[1], ana.password)
    assert not matches("old", ana.password)
    assert (ana.failed_logins, ana.locked_until_ms) == (0, 0)
    assert not AuthToken.objects.filter(player=ana).exists()
    assert token
    assert found[1] not in client.get(url_of(ana)).content.decode()
    entry = AuditEntry.objects.get(action="player.password_reset")
    assert found[1] not in f"{entry.detail}{entry.target}"


def test_who_has_no_user_name_gets_no_password(people: People) -> None:
    ana = add_player(people, "ana", user_name=None)
    assert 'name="password"' not in shown(people, ana, "editor")
    answer = people.client("editor").post(url_of(ana), {"password": "", "sure": "1"})
    assert answer.status_code == 404


def test_deleting_takes_an_administrator_who_types_the_id(people: People) -> None:
    ana, bo = add_player(people, "ana"), add_player(people, "bo")
    send(ana)
    add_device(ana)
    client = people.client("admin")
    assert (
        people.client("editor").post(url_of(ana), {"delete": "", "sure": "1", "typed": ana.pk}).status_code
        == 403
    )
    assert f"Type <code>{ana.pk}</code>" in client.post(url_of(ana), {"delete": ""}).content.decode()
    for typed in ("", bo.pk, ana.pk[:-1]):
        answer = client.post(url_of(ana), {"delete": "", "sure": "1", "typed": typed})
        assert answer.status_code == 422, typed
    assert Player.objects.filter(pk=ana.pk).exists()
    answer = client.post(url_of(ana), {"delete": "", "sure": "1", "typed": ana.pk}, follow=True)
    assert f"Player {ana.pk} was deleted." in answer.content.decode()
    assert list(Player.objects.all()) == [bo]
    assert written(people) == [("ours-admin", "player.deleted", ana.pk)]


def test_all_that_is_kept_of_a_player_is_exported_and_written_down(people: People) -> None:
    ana = add_player(
        people, "ana", display_name="Ana", segments={"COUNTRY": "FR"}, created_ms=1_700_000_000_000
    )
    friends.link(ana.pk, [add_player(people, "bo", display_name="Bo").pk], friends.SERVER)
    device, copy = add_device(ana), send(ana, document='{"summary": "Hello", "@class": ".FriendMessage"}')
    add_device(add_player(people, "cy"), token="c" * 64)
    assert "Export all data" not in shown(people, ana, "viewer")
    answer = people.client("editor").post(url_of(ana, "export/"))
    assert answer["Content-Disposition"] == f'attachment; filename="player-{ana.pk}.json"'
    document = answer.json()
    assert document["account"]["userId"] == ana.pk
    assert (document["userName"], document["created"]) == ("ana", "2023-11-14T22:13Z")
    assert document["segments"] == {"COUNTRY": "FR"}
    assert [friend["displayName"] for friend in document["friends"]] == ["Bo"]
    assert [each["pushId"] for each in document["pushDevices"]] == [device.masked_token]
    assert device.push_id not in answer.content.decode()
    assert [(each["id"], each["message"]["summary"]) for each in document["messages"]] == [(copy.pk, "Hello")]
    assert written(people) == [("ours-editor", "player.exported", ana.pk)]


def test_what_is_no_action_is_not_found(people: People) -> None:
    assert people.client("owner").post(url_of(add_player(people)), {"promote": ""}).status_code == 404
