"""The Messages table: its switches, bulk changes, undo, filters, and who may use them."""

from typing import Any

import pytest
from django.test import Client

from cloudcode.scripts import save_script
from games.models import AuditEntry
from games.publishing import publish
from messaging.message_settings import message_type, save_extension, save_version, settings_of
from messaging.models import MessageType
from messaging.overview import configurable
from portal.web.message_phrases import SENT_WHEN
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
URL = "/g/ours/messages/"


def shown(client: Client, url: str = URL, **question: str) -> str:
    answer = client.get(url, question)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def row_of(page: str, key: str = "FriendMessage") -> str:
    """The table's row of a type; "" where there is none."""
    _, found, rest = page.partition(f'<tr id="{key}"')
    return rest.partition("</tr>")[0] if found else ""


def flip(client: Client, name: str, on: str, key: str = "FriendMessage", **headers: Any) -> Any:
    return client.post(f"{URL}{key}/switch/", {"switch": name, "on": on}, headers=headers)


def current(people: People, key: str = "FriendMessage") -> dict[str, Any]:
    row = MessageType.objects.select_related("current").filter(game=people.game, key=key).first()
    return settings_of(row.current if row else None)


def test_every_class_says_what_sends_it() -> None:
    assert set(SENT_WHEN) == set(configurable())


def test_table_shows_each_standard_class_by_its_group(people: People) -> None:
    page = shown(people.client("viewer"))
    assert [name for name in configurable() if not row_of(page, name)] == []
    places = [
        page.index(f">{name}</h2>") for name in ("Multiplayer", "Player", "Leaderboards", "Teams", "Misc")
    ]
    assert places == sorted(places)
    row = row_of(page)
    assert "a player writes to a friend" in row
    assert 'href="/g/ours/messages/FriendMessage/"' in row
    assert "60 h" in row


@pytest.mark.parametrize(
    ("name", "on", "setting", "value"),
    [
        ("socket", "0", "sendViaSocket", False),
        ("push", "0", "sendAsPush", False),
        ("always", "1", "suppressPushOnSocketSend", False),
    ],
)
def test_switch_is_saved_at_once_and_shown(
    people: People, name: str, on: str, setting: str, value: bool
) -> None:
    client = people.client("editor")
    save_version(message_type(people.game, "FriendMessage"), {"title": "Kept"}, None)
    answer = flip(client, name, on)
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}#FriendMessage")
    assert (current(people)[setting], current(people)["title"]) == (value, "Kept")
    state = {"0": "false", "1": "true"}[on]
    assert (
        f'id="{name}-FriendMessage" class="switch" type="submit" role="switch" aria-checked="{state}"'
        in row_of(shown(client))
    )


def test_switch_is_undone_by_one_button_also_after_a_reload(people: People) -> None:
    client = people.client("editor")
    flip(client, "push", "0")
    for _ in range(2):
        assert "FriendMessage: Push is off now." in shown(client)
    answer = client.post(f"{URL}undo/", follow=True)
    assert "Undone: FriendMessage." in answer.content.decode()
    assert current(people)["sendAsPush"] is True
    assert "Push is off now." not in shown(client)
    kept = AuditEntry.objects.filter(game=people.game, action="message.changed").order_by("id")
    assert [(row.actor_name, row.detail["note"]) for row in kept] == [
        ("ours-editor", ""),
        ("ours-editor", "Undid version 1"),
    ]


def test_undo_leaves_what_somebody_changed_since(people: People) -> None:
    client = people.client("editor")
    flip(client, "push", "0")
    flip(people.client("admin"), "socket", "0")
    page = client.post(f"{URL}undo/", follow=True).content.decode()
    assert "1 changed again since, and left as it is." in page
    assert (current(people)["sendAsPush"], current(people)["sendViaSocket"]) == (False, False)


def test_undo_of_another_game_is_not_offered(people: People) -> None:
    from games.collaborators import set_role
    from games.models import Collaborator
    from tests.portal.web.people import make_people

    other = make_people("theirs")
    client = people.client("editor")
    set_role(other.game, people.user("editor"), Collaborator.Role.EDITOR, None)
    flip(client, "push", "0")
    assert "Push is off now." not in shown(client, "/g/theirs/messages/")


def test_switch_by_htmx_answers_the_row_alone_with_its_undo(people: People) -> None:
    answer = flip(people.client("editor"), "push", "0", **{"HX-Request": "true"})
    page = answer.content.decode()
    assert page.startswith('<tr id="FriendMessage"')
    assert page.count("<tr ") == 1
    assert 'hx-swap-oob="innerHTML"' in page
    assert "FriendMessage: Push is off now." in page


@pytest.mark.parametrize(
    ("key", "name"),
    [("FriendMessage", "title"), ("NoSuchMessage", "push"), ("SessionTerminatedMessage", "push")],
)
def test_switch_refuses_what_it_does_not_know(people: People, key: str, name: str) -> None:
    assert flip(people.client("editor"), name, "1", key).status_code == 404
    assert not MessageType.objects.filter(game=people.game, current__isnull=False).exists()


def test_bulk_sets_a_switch_and_the_expiry_of_the_chosen_ones(people: People) -> None:
    client = people.client("editor")
    keys = ["FriendMessage", "TeamChatMessage"]
    answer = client.post(URL, {"keys": keys, "switch": "always-on", "hours": "5"}, follow=True)
    assert "2 changed: FriendMessage, TeamChatMessage." in answer.content.decode()
    for key in keys:
        assert (
            current(people, key)["suppressPushOnSocketSend"],
            current(people, key)["expireAfterHours"],
        ) == (
            False,
            5,
        )
    client.post(f"{URL}undo/")
    assert [current(people, key)["expireAfterHours"] for key in keys] == [60, 60]


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"switch": "push-on"}, "Choose a message first."),
        ({"keys": ["FriendMessage"]}, "Say what to set"),
        ({"keys": ["FriendMessage"], "hours": "9000"}, "less than or equal to 8760"),
        ({"keys": ["ScriptMessage_GIFT"], "hours": "1"}, "Select a valid choice"),
    ],
    ids=["none", "nothing", "hours", "foreign"],
)
def test_bulk_says_what_is_missing_and_changes_nothing(people: People, form: Any, fault: str) -> None:
    answer = people.client("editor").post(URL, form)
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert not MessageType.objects.filter(game=people.game, current__isnull=False).exists()


def test_table_marks_what_is_to_be_known(people: People) -> None:
    off = {"sendViaSocket": False, "sendAsPush": False, "template": "${whoo} wrote"}
    save_version(message_type(people.game, "FriendMessage"), off, None)
    save_script(people.game, "message-user/FriendMessage", "Spark.getData();", None)
    row = row_of(shown(people.client("viewer")))
    for mark in ("inbox only", "1 warning", "script", "not on live"):
        assert f"</span> {mark}</span>" in row, mark
    assert "`whoo` is not a field of this message; did you mean `who`?" in row
    publish(people.game, None)
    assert "not on live" not in row_of(shown(people.client("viewer")))


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ({"q": "friend"}, {"FriendMessage", "SocialRankChangedMessage"}),
        ({"q": "GUTEN tag"}, {"TeamChatMessage"}),
        ({"group": "Misc"}, {"ScriptMessage", "UploadCompleteMessage"}),
        ({"only": "variants"}, {"TeamChatMessage"}),
        ({"only": "changed"}, {"TeamChatMessage"}),
        ({"only": "warnings"}, set[str]()),
        ({"q": "friend", "group": "Player"}, {"FriendMessage"}),
    ],
)
def test_filters_find(people: People, question: dict[str, str], rows: set[str]) -> None:
    german = {"segmentQuery": {"segment": "COUNTRY", "is": "DE"}, "title": "Guten Tag"}
    save_version(message_type(people.game, "TeamChatMessage"), {"variants": [german]}, None)
    page = shown(people.client("viewer"), **question)
    assert {name for name in configurable() if row_of(page, name)} == rows
    assert ("No message is like that." in page) == (not rows)


def test_viewers_get_words_in_place_of_switches(people: People) -> None:
    page = shown(people.client("viewer"))
    for control in ('role="switch"', 'name="keys"', 'id="bulk"'):
        assert control not in page


def test_table_asks_the_database_as_often_for_one_extension_as_for_fifty(
    people: People, django_assert_num_queries: Any
) -> None:
    client = people.client("editor")
    for count in (1, 50):
        rows = [MessageType(game=people.game, key=f"ScriptMessage_GIFT_{number}") for number in range(count)]
        MessageType.objects.bulk_create(rows, ignore_conflicts=True)
        with django_assert_num_queries(7):
            page = shown(client, f"{URL}extensions/")
        assert page.count('<tr id="ScriptMessage_GIFT_') == count


def test_hostile_texts_are_shown_as_text(people: People) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    save_extension(people.game, "EVIL", evil, evil, None)
    save_version(message_type(people.game, "ScriptMessage_EVIL"), {"template": evil}, None, evil)
    for page in (
        "extensions/",
        "ScriptMessage_EVIL/",
        "ScriptMessage_EVIL/texts/",
        "ScriptMessage_EVIL/history/",
    ):
        assert "<img src=x" not in shown(people.client("editor"), f"{URL}{page}"), page
