"""The translators' grid, and its CSV."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from messaging.message_settings import message_type, save_version, settings_of
from messaging.models import MessageType, MessageVersion
from portal.web.message_texts import CsvFault, as_csv, from_csv
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People, add_query

pytestmark = pytest.mark.django_db
KEY = "FriendMessage"
URL = f"/g/ours/messages/{KEY}/texts/"
TEXTS = {"subTitle": "", "template": "", "json": {}}
SETTINGS: dict[str, Any] = {
    "title": "Hello",
    "template": "=cmd",
    "sendAsPush": False,
    "variants": [
        {"segmentQuery": "FRENCH", "title": "Bonjour, “toi”\nencore", **TEXTS},
        {"segmentQuery": {"segment": "COUNTRY", "is": "DE"}, "title": "'=1", **TEXTS},
    ],
}


@pytest.fixture
def editor(people: People) -> Client:
    add_query(people.game, "FRENCH")
    save_version(message_type(people.game, KEY), SETTINGS, None)
    return people.client("editor")


def current(people: People) -> dict[str, Any]:
    return settings_of(MessageType.objects.get(game=people.game, key=KEY).current)


def page_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def upload(client: Client, content: bytes) -> Any:
    return client.post(URL, {"file": SimpleUploadedFile("texts.csv", content), "version": "1"})


def test_grid_has_a_column_for_each_variant_and_saves_all(people: People, editor: Client) -> None:
    page = page_of(editor.get(URL))
    assert [head in page for head in (">default<", ">1. FRENCH<", ">2. own query<")] == [True] * 3
    form = read_form(page, "texts-form") | {
        "cell-0-subTitle": "Sub",
        "cell-2-template": "Neu",
        "note": "German",
    }
    assert "Saved as version 2" in page_of(editor.post(URL, form, follow=True))
    saved = current(people)
    assert (saved["subTitle"], saved["variants"][1]["template"], saved["sendAsPush"]) == ("Sub", "Neu", False)
    assert saved["variants"][0] == SETTINGS["variants"][0]
    newest = MessageVersion.objects.get(message_type__key=KEY, number=2)
    assert (newest.note, newest.author_name) == ("German", "ours-editor")


def test_a_fault_of_a_cell_is_linked_and_beside_it(people: People, editor: Client) -> None:
    form = read_form(page_of(editor.get(URL)), "texts-form") | {"cell-1-template": "${"}
    page = page_of(editor.post(URL, form), 422)
    assert '<a href="#cell-1-template">Message, 1. FRENCH</a>: line 1, column' in page
    assert 'id="cell-1-template_error"' in page
    assert ">\n${</textarea>" in page
    assert MessageVersion.objects.filter(message_type__key=KEY).count() == 1


def test_a_save_over_another_is_put_together_in_the_editor(people: People, editor: Client) -> None:
    form = read_form(page_of(editor.get(URL)), "texts-form") | {"cell-0-subTitle": "Sub"}
    save_version(message_type(people.game, KEY), {**SETTINGS, "title": "Theirs"}, None)
    page = page_of(editor.post(URL, form), 409)
    again = read_form(page, "message-form")
    assert (again["title"], again["sub_title"], again["version"]) == (["Theirs"], ["Sub"], ["2"])


def test_csv_guards_formulas_and_reads_back_the_same(people: People, editor: Client) -> None:
    answer = editor.get(f"/g/ours/messages/{KEY}/texts.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="ours-FriendMessage.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    assert rows[0] == ["text", "default", "1. FRENCH", "2. own query"]
    assert rows[1] == ["title", "Hello", "Bonjour, “toi”\nencore", "''=1"]
    assert rows[3] == ["template", "'=cmd", "", ""]
    page = page_of(upload(editor, answer.content))
    assert "The file says what is saved already." in page


def test_an_imported_file_is_shown_first_and_saved_then(people: People, editor: Client) -> None:
    content = as_csv(current(people)).replace("Hello", "Howdy").encode("utf-8-sig")
    page = page_of(upload(editor, content))
    assert "The file changes 1 text, marked below. Nothing is saved yet." in page
    assert page.count('class="changed"') == 1
    assert current(people)["title"] == "Hello"
    editor.post(URL, read_form(page, "texts-form"))
    assert current(people) == {**current(people), **SETTINGS, "title": "Howdy"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The first row has to be: text, default, 1. FRENCH, 2. own query."),
        (b"text,default,1. GERMAN,2. own query\n", "The first row has to be"),
        (b"text,default,1. FRENCH,2. own query\ntitle,a\n", "Row 2 has to begin with one of title"),
        (b"text,default,1. FRENCH,2. own query\nname,a,b,c\n", "Row 2 has to begin with one of title"),
        (b"\xff\xfe\x00", "This is no CSV in UTF-8"),
        (b'text,"default', "This is no CSV in UTF-8"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
    ids=["empty", "columns", "short", "row", "bytes", "quote", "large"],
)
def test_a_file_that_does_not_fit_is_refused_in_words(editor: Client, content: bytes, words: str) -> None:
    assert words in page_of(upload(editor, content), 422)


def test_from_csv_reads_line_ends_of_any_kind() -> None:
    settings = {"title": "a", "subTitle": "", "template": "", "variants": []}
    assert from_csv(settings, b'text,default\r\ntitle,"x\r\ny"\r\n\r\n') == {(0, "title"): "x\ny"}
    with pytest.raises(CsvFault):
        from_csv(settings, b"title,x\n")


def test_viewers_read_and_export(people: People, editor: Client) -> None:
    page = page_of(people.client("viewer").get(URL))
    assert "Bonjour" in page
    assert 'type="file"' not in page
    assert people.client("viewer").get(f"/g/ours/messages/{KEY}/texts.csv").status_code == 200
