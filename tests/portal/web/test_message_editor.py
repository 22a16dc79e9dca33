"""The message editor without scripts: saving, faults, variants, and two people at one message."""

import re
from typing import Any

import pytest
from django.test import Client

from games.models import AuditEntry
from games.publishing import publish
from messaging.message_settings import message_type, save_version, settings_of
from messaging.models import MessageType, MessageVersion
from messaging.settings_shape import DEFAULTS
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People, add_query

pytestmark = pytest.mark.django_db
KEY = "FriendMessage"
URL = f"/g/ours/messages/{KEY}/"
FRENCH = {"segmentQuery": "FRENCH", "title": "Bonjour", "subTitle": "", "template": "", "json": {}}
GERMAN = {
    "segmentQuery": {"segment": "COUNTRY", "is": "DE"},
    "title": "Hallo",
    "subTitle": "",
    "template": "",
    "json": {},
}


@pytest.fixture
def editor(people: People) -> Client:
    for code in ("FRENCH", "SPANISH"):
        add_query(people.game, code)
    return people.client("editor")


def save(people: People, settings: dict[str, Any], note: str = "") -> None:
    save_version(message_type(people.game, KEY), settings, people.user("admin"), note)


def current(people: People) -> dict[str, Any]:
    return settings_of(MessageType.objects.get(game=people.game, key=KEY).current)


def form_of(client: Client) -> dict[str, Any]:
    return read_form(client.get(URL).content.decode(), "message-form")


def page_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def test_a_page_that_is_saved_as_it_came_changes_nothing(people: People, editor: Client) -> None:
    full = {
        **DEFAULTS,
        "sendAsPush": False,
        "deviceTypes": ["ios", "web"],
        "title": "  Hi ${who} <b>\"'&",
        "template": "\nTwo\nlines",
        "json": {"ios": {"aps": {"alert": "${who}"}}},
        "variants": [FRENCH, GERMAN],
    }
    save(people, full)
    page = page_of(editor.post(URL, {**form_of(editor), "save": ""}, follow=True))
    assert "Nothing had changed." in page
    assert current(people) == full


def test_saving_makes_a_version_and_says_what_live_runs(people: People, editor: Client) -> None:
    form = {**form_of(editor), "title": "Hello", "note": "Friendlier", "save": ""}
    answer = editor.post(URL, form, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    page = page_of(answer)
    assert "Saved as version 1; preview runs it now. Live still runs the default settings, until" in page
    publish(people.game, None)
    editor.post(URL, {**form_of(editor), "title": "Hey", "save": ""})
    page = page_of(editor.get(URL))
    assert "Preview runs version 2" in page
    assert "Live still runs version 1, until somebody publishes." in page
    row = AuditEntry.objects.filter(action="message.changed").first()
    assert row is not None
    assert (row.actor_name, row.target, row.detail) == ("ours-editor", KEY, {"version": 2, "note": ""})


def test_save_and_close_leads_back_to_the_table(editor: Client) -> None:
    answer = editor.post(URL, {**form_of(editor), "title": "Hello", "close": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/g/ours/messages/")


def test_faults_are_listed_with_links_and_stand_beside_their_fields(people: People, editor: Client) -> None:
    save(people, {"variants": [FRENCH]})
    form = form_of(editor) | {
        "title": "Hi ${who",
        "expire_after_hours": "8761",
        "variants-0-template": "{% for %}",
    }
    page = page_of(editor.post(URL, {**form, "save": ""}), 422)
    assert '<a href="#id_expire_after_hours">' in page
    assert 'value="Hi ${who"' in page
    form["expire_after_hours"] = "60"
    page = page_of(editor.post(URL, {**form, "save": ""}), 422)
    assert re.search(r"Title</a>: line 1, column \d+: ", page)
    assert '<a href="#id_variants-0-template">Variant 1, message</a>: line 1, column' in page
    assert 'id="id_title_error"' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert MessageVersion.objects.filter(message_type__key=KEY).count() == 1


def test_a_name_that_the_class_does_not_have_is_warned_about_and_saved(
    people: People, editor: Client
) -> None:
    editor.post(URL, {**form_of(editor), "title": "${whoo}", "save": ""})
    assert current(people)["title"] == "${whoo}"
    assert "`whoo` is not a field of this message; did you mean `who`?" in page_of(editor.get(URL))


def test_json_of_a_provider_replaces_its_payload(people: People, editor: Client) -> None:
    form = form_of(editor) | {"json_ios": '{"aps": {"alert": "${who}"}}', "save": ""}
    editor.post(URL, form)
    assert current(people)["json"] == {"ios": {"aps": {"alert": "${who}"}}}
    page = page_of(editor.post(URL, {**form, "json_ios": '{"aps": '}), 422)
    assert "Not JSON: Expecting value: line 1 column 8" in page


def test_variants_are_added_moved_and_removed_without_scripts(people: People, editor: Client) -> None:
    save(people, {"variants": [FRENCH, GERMAN]})
    page = page_of(editor.post(URL, {**form_of(editor), "add": ""}))
    form = read_form(page, "message-form") | {"variants-2-query": "SPANISH", "variants-2-title": "Hola"}
    assert form["variants-TOTAL_FORMS"] == ["3"]
    page = page_of(editor.post(URL, {**form, "up": "2"}))
    form = read_form(page, "message-form")
    page = page_of(editor.post(URL, {**form, "up": "2"}))
    assert MessageVersion.objects.filter(message_type__key=KEY).count() == 1
    form = read_form(page, "message-form") | {"variants-0-DELETE": "on", "save": ""}
    editor.post(URL, form)
    assert [each["title"] for each in current(people)["variants"]] == ["Hola", "Hallo"]
    assert current(people)["variants"][0]["segmentQuery"] == "SPANISH"


@pytest.mark.parametrize("button", [{"up": "0"}, {"down": "1"}, {"up": "7"}, {"down": "x"}], ids=str)
def test_a_variant_at_the_edge_stays(people: People, editor: Client, button: dict[str, str]) -> None:
    save(people, {"variants": [FRENCH, GERMAN]})
    page = page_of(editor.post(URL, {**form_of(editor), **button}))
    assert page.index('value="Bonjour"') < page.index('value="Hallo"')


def test_a_variant_shows_the_messages_own_text_where_it_has_none(people: People, editor: Client) -> None:
    save(people, {"title": "Hello", "template": "Bye", "variants": [FRENCH]})
    page = page_of(editor.get(URL))
    field = page.partition('name="variants-0-template"')[2].partition("</textarea>")[0]
    assert 'placeholder="Bye"' in field
    assert 'data-field="template" data-variant="0"' in field


def test_a_variant_that_is_never_reached_says_so(people: People, editor: Client) -> None:
    save(people, {"variants": [GERMAN, FRENCH, GERMAN]})
    page = page_of(editor.get(URL))
    assert page.count("Never reached: the same query as variant 1.") == 1


def clash(people: People, editor: Client, **yours: str) -> str:
    """An administrator saves while the editor's form is open."""
    save(people, {"title": "Base", "template": "Base"})
    form = form_of(editor) | {"save": "", **yours}
    save(people, {"title": "Theirs", "template": "Base", "expireAfterHours": 5}, "Quicker")
    page = page_of(editor.post(URL, form), 409)
    assert MessageVersion.objects.filter(message_type__key=KEY).count() == 2
    return page


def test_a_save_over_another_shows_base_theirs_and_yours(people: People, editor: Client) -> None:
    page = clash(people, editor, title="Yours", template="Yours too", note="Mine")
    assert "Version 2 is by <bdi>ours-admin</bdi>: “<bdi>Quicker</bdi>”." in page
    table = page.partition('class="clash"')[2].partition("</table>")[0]
    rows = [each.partition("</tr>")[0] for each in table.split("<tr ")[2:]]
    shown = [[cell.partition("</bdi>")[0] for cell in row.split("<bdi>")[1:]] for row in rows]
    assert shown == [["60", "5", "60"], ["Base", "Base", "Yours too"], ["Base", "Theirs", "Yours"]]
    assert [row.count('type="radio"') for row in rows] == [0, 0, 2]
    form = read_form(page, "message-form")
    assert (form["expire_after_hours"], form["title"], form["version"], form["note"]) == (
        ["5"],
        ["Yours"],
        ["2"],
        ["Mine"],
    )


@pytest.mark.parametrize(("pick", "title"), [("mine", "Yours"), ("theirs", "Theirs")])
def test_the_choice_after_a_clash_makes_the_next_version(
    people: People, editor: Client, pick: str, title: str
) -> None:
    page = clash(people, editor, title="Yours", template="Yours too")
    form = read_form(page, "message-form") | {"pick-title": pick, "save": ""}
    assert "Saved as version 3" in page_of(editor.post(URL, form, follow=True))
    saved = current(people)
    assert (saved["title"], saved["template"], saved["expireAfterHours"]) == (title, "Yours too", 5)


def test_two_clashes_in_a_row_lose_nothing_either(people: People, editor: Client) -> None:
    form = read_form(clash(people, editor, title="Yours"), "message-form")
    save(people, {"title": "Theirs again", "template": "Base", "expireAfterHours": 5})
    page = page_of(editor.post(URL, {**form, "save": ""}), 409)
    assert "Theirs again" in page
    editor.post(URL, {**read_form(page, "message-form"), "save": ""})
    assert current(people)["title"] == "Yours"
    titles = MessageVersion.objects.filter(message_type__key=KEY).order_by("number")
    assert [row.title for row in titles] == ["Base", "Theirs", "Theirs again", "Yours"]


def test_who_edits_is_told_that_somebody_saved(people: People, editor: Client) -> None:
    assert page_of(editor.get(f"{URL}newest/", {"version": "0"})).strip() == ""
    save(people, {"title": "Theirs"})
    page = page_of(editor.get(f"{URL}newest/", {"version": "0"}))
    assert "Version 1 was saved by <bdi>ours-admin</bdi> while you edit." in page


def test_the_outcome_follows_the_form_before_it_is_saved(people: People, editor: Client) -> None:
    assert "Online: socket only. Offline with a device: push, and in the inbox for 60 h." in page_of(
        editor.get(URL)
    )
    form = form_of(editor) | {"expire_after_hours": "2"}
    del form["send_as_push"]
    assert "Online: socket only. Offline: in the inbox for 2 h." in page_of(
        editor.post(f"{URL}outcome/", form)
    )
    assert not MessageType.objects.filter(game=people.game, key=KEY).exists()


def test_a_draft_is_drawn_again_and_not_saved(people: People, editor: Client) -> None:
    form = form_of(editor) | {"title": "Draft", "redraw": "1", "version": "0"}
    save(people, {"title": "Theirs"})
    page = page_of(editor.post(URL, form))
    assert read_form(page, "message-form")["title"] == ["Draft"]
    assert read_form(page, "message-form")["version"] == ["0"]
    assert current(people)["title"] == "Theirs"


def test_viewers_read_all_and_change_nothing(people: People, editor: Client) -> None:
    save(people, {"title": "Hello", "variants": [FRENCH]})
    page = page_of(people.client("viewer").get(URL))
    assert 'value="Hello"' in page
    for control in ('name="save"', 'name="add"', 'name="up"', 'id="variant-template"'):
        assert control not in page
    main = page.partition("<main")[2].partition("</main>")[0]
    buttons = main.count("<button") - main.count('role="tab"')
    assert buttons == 1  # Stay


def test_an_unknown_message_is_not_found(editor: Client) -> None:
    for key in ("NoSuchMessage", "SessionTerminatedMessage", "ScriptMessage_NOBODY"):
        for page in ("", "history/", "texts/", "texts.csv", "uses/", "newest/"):
            assert editor.get(f"/g/ours/messages/{key}/{page}").status_code == 404, (key, page)


def test_an_extension_of_another_game_is_not_found(people: People, editor: Client) -> None:
    from messaging.message_settings import save_extension
    from tests.portal.web.people import make_people

    save_extension(make_people("theirs").game, "GIFT", "", "", None)
    for page in ("", "history/", "texts/", "uses/", "extension/"):
        assert editor.get(f"/g/ours/messages/ScriptMessage_GIFT/{page}").status_code == 404
    assert (
        editor.post("/g/ours/messages/ScriptMessage_GIFT/switch/", {"switch": "push", "on": "0"}).status_code
        == 404
    )


def test_editor_asks_the_database_as_often_for_one_variant_as_for_fifty(
    people: People, editor: Client, django_assert_num_queries: Any
) -> None:
    for count in (1, 50):
        save(people, {"variants": [FRENCH | {"title": str(number)} for number in range(count)]})
        with django_assert_num_queries(7):
            assert editor.get(URL).status_code == 200
