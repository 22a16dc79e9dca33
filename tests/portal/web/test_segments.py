"""Segments in the portal: the list, values, CSV, what is refused, two who save the same, deletion."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from games.models import AuditEntry
from players.models import Segment
from players.segment_settings import save_query, save_segment
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People, make_people
from tests.portal.web.player_rows import HOSTILE, add_player

pytestmark = pytest.mark.django_db
URL = "/g/ours/segments/"
COUNTRY = f"{URL}edit/COUNTRY/"


def named(name: str = "", description: str = "") -> dict[str, str]:
    return {"name": name, "description": description}


@pytest.fixture
def segment(people: People) -> Segment:
    return save_segment(
        people.game,
        "COUNTRY",
        None,
        name="Country",
        values={"DE": named("Germany"), "FR": named("France", "x")},
    )


def shown(client: Client, url: str = COUNTRY) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def form(page: str, **changes: Any) -> dict[str, Any]:
    return {**{name: values[0] for name, values in read_form(page, "segment-form").items()}, **changes}


def values_of(people: People, code: str = "COUNTRY") -> dict[str, tuple[str, str]]:
    rows = people.game.segments.get(short_code=code).values.order_by("short_code")
    return {row.short_code: (row.name, row.description) for row in rows}


def test_list_shows_values_and_uses(people: People, segment: Segment) -> None:
    save_query(people.game, "FRENCH", None, query={"segment": "COUNTRY", "is": "FR"})
    save_segment(people.game, "TIER", None, values={f"T{number}": named() for number in range(8)})
    page = shown(people.client("viewer"), URL)
    row = page[page.index(f'href="{COUNTRY}"') :].partition("</tr>")[0]
    for part in ("<bdi>Country</bdi>", "<code>DE</code>, <code>FR</code>", f'href="{COUNTRY}#uses">1 place<'):
        assert part in row, part
    other = page[page.index(f'href="{URL}edit/TIER/"') :].partition("</tr>")[0]
    assert "and 2 more" in other
    assert "New segment" not in page


def test_list_asks_the_database_as_often_for_one_segment_as_for_fifty(
    people: People, segment: Segment, django_assert_num_queries: Any
) -> None:
    client = people.client("editor")
    for count in (1, 50):
        rows = [Segment(game=people.game, short_code=f"S{number}") for number in range(1, count)]
        Segment.objects.bulk_create(rows)
        with django_assert_num_queries(9):
            page = shown(client, URL)
        assert page.count('<tr role="row">') == count + 1


def test_a_segment_asks_the_database_as_often_for_one_value_as_for_fifty(
    people: People, django_assert_num_queries: Any
) -> None:
    client = people.client("editor")
    for count in (1, 50):
        values = {f"V{number}": named() for number in range(count)}
        save_segment(people.game, "TIER", None, name="Tier", values=values)
        with django_assert_num_queries(12):
            page = shown(client, f"{URL}edit/TIER/")
        assert page.count('class="value-row"') == count


def test_a_segment_is_added_and_its_values_changed(people: People) -> None:
    client = people.client("editor")
    given = form(shown(client, f"{URL}new/"), short_code="TIER", name="Tier")
    given |= {"values-0-code": "GOLD", "values-0-name": "Gold"}  # the second row stays empty
    answer = client.post(f"{URL}new/", given, follow=True)
    assert answer.redirect_chain == [(f"{URL}edit/TIER/", 302)]
    assert values_of(people, "TIER") == {"GOLD": ("Gold", "")}
    changed = form(answer.content.decode(), **{"values-0-description": "The best"})
    said = client.post(f"{URL}edit/TIER/", changed, follow=True).content.decode()
    assert "Saved as version 2; preview runs it now." in said
    assert values_of(people, "TIER") == {"GOLD": ("Gold", "The best")}
    rows = AuditEntry.objects.filter(action="segment.save", target="TIER")
    assert [row.actor_name for row in rows] == ["ours-editor", "ours-editor"]


def test_a_value_is_added_and_removed_by_buttons(people: People, segment: Segment) -> None:
    client = people.client("editor")
    page = client.post(COUNTRY, form(shown(client), add="", name="Land")).content.decode()
    assert 'value="Land"' in page
    assert "data-unsaved" in page
    assert set(values_of(people)) == {"DE", "FR"}
    sent = form(page, **{"values-2-code": "IT", "values-0-DELETE": "on"})
    client.post(COUNTRY, sent)
    assert set(values_of(people)) == {"FR", "IT"}


def test_values_of_a_file_are_put_in_to_be_looked_at(people: People, segment: Segment) -> None:
    client = people.client("editor")
    text = '\ufeffcode,name,description\r\nFR,Frankreich,\r\nIT,Italy,"boots, shoes"\r\n\r\n'
    sent = form(shown(client), read="", file=SimpleUploadedFile("v.csv", text.encode()))
    page = client.post(COUNTRY, sent).content.decode()
    assert set(values_of(people)) == {"DE", "FR"}
    client.post(COUNTRY, form(page))
    assert values_of(people) == {
        "DE": ("Germany", ""),
        "FR": ("Frankreich", ""),
        "IT": ("Italy", "boots, shoes"),
    }


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b'a,"b', b"x" * 300_000, b"\n".join(b"V%d" % n for n in range(501))]
)
def test_a_file_that_will_not_do_is_refused(people: People, segment: Segment, content: bytes) -> None:
    client = people.client("editor")
    sent = form(shown(client), read="", file=SimpleUploadedFile("v.csv", content))
    page = client.post(COUNTRY, sent).content.decode()
    assert "Nothing was read." in page
    assert form(page)["values-TOTAL_FORMS"] == "2"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": ""}, 'href="#id_name"'),
        ({"values-0-code": "a b"}, 'href="#id_values-0-code"'),
        ({"values-0-code": ""}, 'href="#id_values-0-code"'),
        ({"values-0-code": "FR"}, "There twice: FR."),
        ({"values-TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
    ],
)
def test_what_will_not_do_is_refused(
    people: People, segment: Segment, changes: dict[str, str], fault: str
) -> None:
    client = people.client("editor")
    answer = client.post(COUNTRY, form(shown(client)) | changes)
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert set(values_of(people)) == {"DE", "FR"}


def test_a_value_that_is_used_is_not_removed(people: People, segment: Segment) -> None:
    save_query(people.game, "FRENCH", None, query={"segment": "COUNTRY", "is": "FR"})
    client = people.client("editor")
    answer = client.post(COUNTRY, form(shown(client), **{"values-1-DELETE": "on"}))
    assert answer.status_code == 422
    assert "query <bdi>FRENCH</bdi>" in answer.content.decode()
    assert set(values_of(people)) == {"DE", "FR"}
    client.post(COUNTRY, form(shown(client), **{"values-0-DELETE": "on"}))
    assert set(values_of(people)) == {"FR"}


def test_a_segment_that_is_used_is_not_deleted(people: People, segment: Segment) -> None:
    query = save_query(people.game, "FRENCH", None, query={"segment": "COUNTRY", "is": "FR"})
    client = people.client("editor")
    answer = client.post(COUNTRY, {"delete": "", "sure": "1"})
    assert answer.status_code == 422
    assert "query <bdi>FRENCH</bdi>" in answer.content.decode()
    query.delete()
    assert "Delete COUNTRY?" in client.post(COUNTRY, {"delete": ""}).content.decode()
    assert Segment.objects.exists()
    said = client.post(COUNTRY, {"delete": "", "sure": "1"}, follow=True).content.decode()
    assert "COUNTRY was deleted." in said
    assert not Segment.objects.exists()


def test_a_save_over_another_puts_both_together_value_by_value(people: People, segment: Segment) -> None:
    mine, theirs = people.client("editor"), people.client("admin")
    began = shown(mine)
    page = theirs.post(COUNTRY, form(shown(theirs), add="")).content.decode()
    theirs.post(COUNTRY, form(page, **{"values-2-code": "IT", "values-0-name": "Theirs"}))
    answer = mine.post(COUNTRY, form(began, **{"values-0-name": "Mine", "values-1-DELETE": "on"}))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this segment while you edited it" in page
    assert page.count('name="pick-values.DE"') == 2
    assert "pick-values.IT" not in page
    assert set(values_of(people)) == {"DE", "FR", "IT"}
    mine.post(COUNTRY, form(page) | {"pick-values.DE": "theirs"})
    assert values_of(people) == {"DE": ("Theirs", ""), "IT": ("", "")}


def test_players_of_each_value_are_counted_on_both_stages(people: People, segment: Segment) -> None:
    for name in ("ana", "bo"):
        add_player(people, name, segments={"COUNTRY": "FR"})
    add_player(people, "cy", stage="live", segments={"COUNTRY": "DE"})
    page = shown(people.client("viewer"))
    table = page[page.index('aria-label="Players of each value"') :].partition("</table>")[0]
    assert "<code>DE</code></th><td>0</td><td>1</td>" in table
    assert "<code>FR</code></th><td>2</td><td>0</td>" in table


def test_viewers_read_and_others_games_are_not_there(people: People, segment: Segment) -> None:
    page = shown(people.client("viewer"))
    for name in ("save", "delete", "add"):
        assert f'name="{name}"' not in page
    theirs = make_people("theirs")
    save_segment(theirs.game, "SPY", None, values={})
    assert people.client("owner").get(f"{URL}edit/SPY/").status_code == 404
    assert people.client("owner").post(f"{URL}edit/SPY/", {"delete": "", "sure": "1"}).status_code == 404


def test_hostile_texts_are_shown_as_text(people: People) -> None:
    client = people.client("editor")
    for text in HOSTILE:
        save_segment(people.game, "EVIL", None, name=text, description=text, values={"A": named(text, text)})
        for url in (URL, f"{URL}edit/EVIL/"):
            page = shown(client, url)
            for markup in ("<img src=x", "<script>alert", ">49<"):
                assert markup not in page, text
