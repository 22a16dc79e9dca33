"""A message's versions: what differs between two, restoring one, and what live runs."""

from typing import Any

import pytest
from django.test import Client

from games.publishing import publish
from messaging.message_settings import message_type, save_version, settings_of
from messaging.models import MessageType, MessageVersion
from messaging.settings_shape import DEFAULTS
from players.models import SegmentQuery
from portal.web.setting_words import changes
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People, add_query

pytestmark = pytest.mark.django_db
KEY = "FriendMessage"
URL = f"/g/ours/messages/{KEY}/history/"


def french(**texts: Any) -> dict[str, Any]:
    return {"segmentQuery": "FRENCH", "title": "", "subTitle": "", "template": "", "json": {}, **texts}


STEPS: list[dict[str, Any]] = [
    {"title": "One"},
    {"title": "Two", "json": {"ios": {"aps": {"alert": "b", "badge": 1}}}},
    {"title": "Two", "sendAsPush": False},
    {"title": "Two words", "variants": [french(title="Salut")]},
    {"title": "Two words", "variants": [french(title="Bonjour")], "json": {"ios": {"aps": {"alert": "c"}}}},
]


@pytest.fixture
def editor(people: People) -> Client:
    add_query(people.game, "FRENCH")
    for number, settings in enumerate(STEPS, 1):
        save_version(message_type(people.game, KEY), settings, people.user("admin"), f"Step {number}")
    return people.client("editor")


def shown(client: Client, **question: str) -> str:
    answer = client.get(URL, question)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def table(page: str) -> list[list[str]]:
    """Label, before and after of each row that differs."""
    body = page.partition('aria-labelledby="differs"')[2].partition("</table>")[0]
    rows = [row.partition("</tr>")[0] for row in body.split("<tr ")[2:]]
    return [
        [
            row.partition('role="rowheader">')[2].partition("</th>")[0],
            *(cell.partition("</bdi>")[0] for cell in row.split("<bdi>")[1:]),
        ]
        for row in rows
    ]


def test_history_begins_with_what_the_newest_changed(editor: Client) -> None:
    page = shown(editor)
    assert [row[0] for row in table(page)] == ["JSON for iOS: aps.alert", "Variants, FRENCH, Title"]
    assert "<bdi>Step 5</bdi>" in page
    assert "<bdi>ours-admin</bdi>" in page


def test_two_versions_differ_in_exactly_these_fields(editor: Client) -> None:
    assert table(shown(editor, a="2", b="5")) == [
        ["Title", "Two", "Two<ins> words</ins>"],
        ["JSON for iOS: aps.alert", "<del>b</del>", "<ins>c</ins>"],
        ["JSON for iOS: aps.badge", "<del>1</del>", ""],
        ["Variants, Order", "", "<ins>FRENCH</ins>"],
        ["Variants, FRENCH, Query", "", "<ins>FRENCH</ins>"],
        ["Variants, FRENCH, Title", "", "<ins>Bonjour</ins>"],
    ]


def test_the_defaults_and_live_are_compared_too(people: People, editor: Client) -> None:
    assert table(shown(editor, a="0", b="1")) == [["Title", "", "<ins>One</ins>"]]
    assert table(shown(editor, a="live", b="1")) == [["Title", "", "<ins>One</ins>"]]
    publish(people.game, None)
    page = shown(editor, a="live", b="5")
    assert "They are the same." in page
    assert (
        "</span> published</span>"
        in page.partition('value="5" aria-label="To version 5"')[2].partition("</tr>")[0]
    )


def test_a_restored_version_is_the_newest(people: People, editor: Client) -> None:
    form = read_form(shown(editor), "restore") | {"restore": "2"}
    page = editor.post(URL, form, follow=True).content.decode()
    assert "Restored version 2; it is version 6 now." in page
    row = MessageType.objects.get(game=people.game, key=KEY)
    assert row.current is not None
    assert (row.current.number, row.current.note) == (6, "Restored version 2")
    assert settings_of(row.current) == settings_of(row.versions.get(number=2))
    editor.post(URL, {**read_form(shown(editor), "restore"), "restore": "0"})
    row.refresh_from_db()
    assert settings_of(row.current) == DEFAULTS
    assert [each.number for each in row.versions.order_by("number")] == [1, 2, 3, 4, 5, 6, 7]


def test_nothing_is_restored_over_what_somebody_saved_meanwhile(people: People, editor: Client) -> None:
    form = read_form(shown(editor), "restore") | {"restore": "2"}
    save_version(message_type(people.game, KEY), {"title": "Theirs"}, None)
    assert "Not restored" in editor.post(URL, form, follow=True).content.decode()
    assert MessageVersion.objects.filter(message_type__key=KEY).count() == 6


def test_what_fits_no_longer_is_not_restored(people: People, editor: Client) -> None:
    save_version(message_type(people.game, KEY), {"title": "Six"}, None)
    SegmentQuery.objects.all().delete()
    form = read_form(shown(editor), "restore") | {"restore": "5"}
    page = editor.post(URL, form, follow=True).content.decode()
    assert "Not restored, since it fits no longer: variants[0].segmentQuery: unknown segment query" in page


@pytest.mark.parametrize(
    "form", [{"restore": "9", "version": "5"}, {"restore": "x", "version": "5"}, {"restore": "1"}]
)
def test_a_version_that_there_is_not_is_not_found(editor: Client, form: dict[str, str]) -> None:
    assert editor.post(URL, form).status_code == 404
    for question in ({"a": "9"}, {"a": "-1"}, {"a": "one"}, {"b": "9" * 12}):
        assert editor.get(URL, question).status_code == 404


def test_an_untouched_message_has_no_history(people: People, editor: Client) -> None:
    page = editor.get("/g/ours/messages/TeamChatMessage/history/").content.decode()
    assert "Nobody has changed this message" in page


def test_viewers_compare_and_do_not_restore(people: People, editor: Client) -> None:
    page = shown(people.client("viewer"), a="2", b="5")
    assert len(table(page)) == 6
    assert 'name="restore"' not in page


def test_history_asks_the_database_as_often_for_many_versions(
    people: People, editor: Client, django_assert_num_queries: Any
) -> None:
    for count in (5, 55):
        for number in range(MessageVersion.objects.filter(message_type__key=KEY).count(), count):
            save_version(message_type(people.game, KEY), {"title": str(number)}, None)
        with django_assert_num_queries(9):
            shown(editor)


def test_variants_are_told_apart_by_their_queries_and_their_order_is_a_change() -> None:
    one, two = french(title="Salut"), {**french(title="Hallo"), "segmentQuery": {"is": "DE", "segment": "C"}}
    before, after = {**DEFAULTS, "variants": [one, two]}, {**DEFAULTS, "variants": [two, one]}
    assert [(each.label, "".join(piece.text for piece in each.after)) for each in changes(before, after)] == [
        ("Variants, Order", "own query, FRENCH")
    ]
