"""Segment queries in the portal: list, saving, two who save the same, deletion, history, tests."""

import json
from typing import Any

import pytest
from django.test import Client

from games.models import AuditEntry
from messaging.message_settings import message_type, save_version
from players.models import SegmentQuery
from players.segment_settings import save_query, save_segment
from tests.portal.web.page_forms import read_form
from tests.portal.web.people import People, make_people
from tests.portal.web.player_rows import HOSTILE, add_player

pytestmark = pytest.mark.django_db
URL = "/g/ours/segments/queries/"
FRENCH = f"{URL}edit/FRENCH/"
NAMED = {"name": "", "description": ""}
FR, DE = {"segment": "COUNTRY", "is": "FR"}, {"segment": "COUNTRY", "is": "DE"}


@pytest.fixture
def query(people: People) -> SegmentQuery:
    save_segment(people.game, "COUNTRY", None, values={"FR": NAMED, "DE": NAMED})
    return save_query(people.game, "FRENCH", None, name="French", query=FR)


def shown(client: Client, url: str = FRENCH, status: int = 200, **question: str) -> str:
    answer = client.get(url, question)
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def form(page: str, **changes: Any) -> dict[str, Any]:
    """What the page's form sends, with some fields written otherwise."""
    return {**{name: values[0] for name, values in read_form(page, "query-form").items()}, **changes}


def test_list_says_whom_each_query_means_and_where_it_is_used(people: People, query: SegmentQuery) -> None:
    add_player(people, "ana", segments={"COUNTRY": "FR"})
    add_player(people, "bo")
    save_query(people.game, "GERMAN", None, query=DE)
    variants = [{"segmentQuery": "FRENCH", "title": "Salut"}]
    save_version(message_type(people.game, "FriendMessage"), {"variants": variants}, None)
    page = shown(people.client("viewer"), URL)
    row = page[page.index(f'href="{FRENCH}"') :].partition("</tr>")[0]
    for part in ("<bdi>French</bdi>", "segment COUNTRY is FR", "1 of 2", f'href="{FRENCH}#uses">1 place<'):
        assert part in row, part
    other = page[page.index(f'href="{URL}edit/GERMAN/"') :].partition("</tr>")[0]
    assert "0 of 2" in other
    assert "nothing" in other
    assert "New query" not in page


def test_list_asks_the_database_as_often_for_one_query_as_for_fifty(
    people: People, query: SegmentQuery, django_assert_num_queries: Any
) -> None:
    client = people.client("editor")
    for count in (1, 50):
        rows = [
            SegmentQuery(game=people.game, short_code=f"Q{number}", query=FR) for number in range(1, count)
        ]
        SegmentQuery.objects.bulk_create(rows)
        with django_assert_num_queries(11):
            page = shown(client, URL)
        assert page.count('<tr role="row">') == count + 1


def test_an_empty_list_offers_three_to_begin_with(people: People) -> None:
    client = people.client("editor")
    assert "presets" not in shown(people.client("viewer"), URL)
    page = shown(client, URL)
    assert page.count(f'href="{URL}new/?preset=') == 3
    page = shown(client, f"{URL}new/", preset="lapsed")
    assert "Players for whom: <bdi>last seen more than 7 days ago</bdi>" in page


def test_a_query_is_added_saved_and_read_back(people: People, query: SegmentQuery) -> None:
    client = people.client("editor")
    given = {"short_code": "GERMAN", "name": "German", "description": "d", "query": json.dumps({"any": [DE]})}
    answer = client.post(f"{URL}new/", given, follow=True)
    assert "GERMAN was added; preview knows it now." in answer.content.decode()
    changed = form(answer.content.decode(), name="Deutsch", query=json.dumps({"all": [DE]}))
    answer = client.post(f"{URL}edit/GERMAN/", changed, follow=True)
    assert "Saved as version 2; preview runs it now." in answer.content.decode()
    row = SegmentQuery.objects.get(short_code="GERMAN")
    assert (row.name, row.description, row.query) == ("Deutsch", "d", {"all": [DE]})
    answer = client.post(f"{URL}edit/GERMAN/", form(answer.content.decode(), close=""), follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    assert "Nothing had changed." in answer.content.decode()
    kept = AuditEntry.objects.filter(action="segment_query.save", target="GERMAN")
    assert [row.actor_name for row in kept] == ["ours-editor", "ours-editor"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"query": "{"}, "This is not JSON"),
        ({"query": "[1]"}, "expected an object with"),
        ({"query": '{"segment": "TIER", "is": "GOLD"}'}, "unknown segment &quot;TIER&quot;"),
        ({"query": '{"segment": "COUNTRY", "is": "XX"}'}, "has no value &quot;XX&quot;"),
        ({"query": '{"all": [{"field": "x", "op": "eq", "value": 1}]}'}, "all[0].field: expected one of"),
        ({"query": "[" * 20_000}, "This is not JSON"),
        ({"name": ""}, "This field is required."),
        ({"short_code": "FRENCH"}, "The game has a query of this short code."),
        ({"short_code": "a b"}, "Up to 50 letters, digits, _ and -."),
    ],
)
def test_what_will_not_do_is_refused_beside_its_field(
    people: People, query: SegmentQuery, changes: dict[str, str], fault: str
) -> None:
    given = {"short_code": "NEW", "name": "New", "query": "{}", "description": ""} | {"query": json.dumps(FR)}
    answer = people.client("editor").post(f"{URL}new/", given | changes)
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert f'href="#id_{next(iter(changes))}"' in answer.content.decode()
    assert SegmentQuery.objects.count() == 1


def test_a_save_over_another_shows_all_three_and_loses_nothing(people: People, query: SegmentQuery) -> None:
    mine, theirs = people.client("editor"), people.client("admin")
    began = shown(mine)
    theirs.post(FRENCH, form(shown(theirs), query=json.dumps(DE), description="Theirs"))
    answer = mine.post(FRENCH, form(began, query=json.dumps({"all": [FR]}), name="Mine"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this query while you edited it" in page
    assert "Version 2 is by <bdi>ours-admin</bdi>." in page
    assert "You began with version 1." in page
    assert page.count('name="pick-query"') == 2
    assert "pick-name" not in page  # only one of the two changed it
    sent = form(page)
    assert (sent["version"], sent["name"], sent["description"]) == ("2", "Mine", "Theirs")
    query.refresh_from_db()
    assert query.query == DE
    mine.post(FRENCH, sent | {"pick-query": "theirs"})
    query.refresh_from_db()
    assert (query.name, query.description, query.query) == ("Mine", "Theirs", DE)


def test_keeping_mine_after_a_clash_makes_the_next_version(people: People, query: SegmentQuery) -> None:
    mine, theirs = people.client("editor"), people.client("admin")
    began = shown(mine)
    theirs.post(FRENCH, form(shown(theirs), query=json.dumps(DE)))
    page = mine.post(FRENCH, form(began, query=json.dumps({"all": [FR]}))).content.decode()
    said = mine.post(FRENCH, form(page) | {"pick-query": "mine"}, follow=True).content.decode()
    assert "Saved as version 3" in said
    query.refresh_from_db()
    assert query.query == {"all": [FR]}


def test_a_query_that_is_used_is_not_deleted(people: People, query: SegmentQuery) -> None:
    variants = [{"segmentQuery": "FRENCH", "title": "Salut"}]
    save_version(message_type(people.game, "FriendMessage"), {"variants": variants}, None)
    client = people.client("editor")
    answer = client.post(FRENCH, {"delete": "", "sure": "1"})
    assert answer.status_code == 422
    assert "<b>Not deleted.</b>" in answer.content.decode()
    assert "message <bdi>FriendMessage, variant 1</bdi>" in answer.content.decode()
    save_version(message_type(people.game, "FriendMessage"), {}, None)
    assert "Delete FRENCH?" in client.post(FRENCH, {"delete": ""}).content.decode()
    assert SegmentQuery.objects.exists()
    assert (
        "FRENCH was deleted."
        in client.post(FRENCH, {"delete": "", "sure": "1"}, follow=True).content.decode()
    )
    assert not SegmentQuery.objects.exists()


def test_an_old_version_is_restored(people: People, query: SegmentQuery) -> None:
    save_query(people.game, "FRENCH", None, name="Not French", query=DE)
    client = people.client("editor")
    page = shown(client, f"{FRENCH}history/")
    assert "segment COUNTRY is DE" in page
    assert page.count('name="restore"') == 1
    sent = {"version": read_form(page, "restore")["version"][0], "restore": "1"}
    said = client.post(f"{FRENCH}history/", sent, follow=True).content.decode()
    assert "Restored version 1; it is version 3 now." in said
    query.refresh_from_db()
    assert (query.name, query.query) == ("French", FR)
    said = client.post(f"{FRENCH}history/", sent | {"restore": "2"}, follow=True).content.decode()
    assert "Not restored: somebody saved another version meanwhile." in said
    assert client.post(f"{FRENCH}history/", sent | {"restore": "9"}).status_code == 404


def test_a_version_that_asks_for_what_is_gone_is_not_restored(people: People, query: SegmentQuery) -> None:
    save_query(people.game, "FRENCH", None, name="French", query=DE)
    save_segment(people.game, "COUNTRY", None, values={"DE": NAMED})
    sent = {"version": "2", "restore": "1"}
    said = people.client("editor").post(f"{FRENCH}history/", sent, follow=True).content.decode()
    assert "asks for what there is no more" in said
    query.refresh_from_db()
    assert query.query == DE


def test_viewers_read_and_test_and_change_nothing(people: People, query: SegmentQuery) -> None:
    client = people.client("viewer")
    page = shown(client)
    assert "Players for whom: <bdi>segment COUNTRY is FR</bdi>" in page
    for name in ("save", "delete", "close"):
        assert f'name="{name}"' not in page
    assert 'name="restore"' not in shown(client, f"{FRENCH}history/")
    assert client.post("/g/ours/preview/queries/test/", {"query": json.dumps(FR)}).status_code == 200


def test_a_query_of_another_game_is_not_there(people: People, query: SegmentQuery) -> None:
    theirs = make_people("theirs")
    save_query(theirs.game, "SPY", None, query=FR)
    client = people.client("owner")
    for url in (f"{URL}edit/SPY/", f"{URL}edit/SPY/history/"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"delete": "", "sure": "1"}).status_code == 404


def tried(people: People, stage: str = "preview", **sent: str) -> str:
    answer = people.client("viewer").post(
        f"/g/ours/{stage}/queries/test/", sent, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    return str(answer.content.decode())


def test_a_test_counts_and_says_why_a_player_matches_or_does_not(people: People, query: SegmentQuery) -> None:
    ana = add_player(people, "ana", display_name="Ana", segments={"COUNTRY": "FR"})
    add_player(people, "bo", display_name="Bo")
    add_player(people, "cy", stage="live")
    tree = json.dumps({"all": [FR, {"field": "displayName", "op": "eq", "value": "Bo"}]})
    page = tried(people, query=json.dumps({"all": [FR]}), player="ana")
    assert "Matches 1 of 2 players on preview." in page
    assert f'href="/g/ours/preview/players/{ana.pk}/"><bdi>Ana</bdi>' in page
    assert "</span> Matches</span>" in page
    page = tried(people, query=tree, player="ana")
    assert "Matches 0 of 2 players" in page
    assert "</span> Does not match</span>" in page
    first, second = page.split("<li>")[1:3]
    assert "holds</span>" in first
    assert "segment COUNTRY is FR" in first
    assert "does not hold</span>" in second
    assert "<code><bdi>Ana</bdi></code>" in second
    assert "on LIVE" in tried(people, "live", query=tree)
    assert "No player of preview has this id or user name: <bdi>cy</bdi>" in tried(
        people, query=tree, player="cy"
    )


def test_a_test_of_a_large_stage_says_that_it_is_a_sample(
    people: People, query: SegmentQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    from players import query_answers
    from portal.web import query_pages

    monkeypatch.setattr(query_answers, "PAGE", 2)
    monkeypatch.setattr(query_pages, "SECONDS", 0)
    for number in range(3):
        add_player(people, f"p{number}", segments={"COUNTRY": "DE" if number else "FR"})
    page = tried(people, query=json.dumps(FR))
    assert "Matches about 50.0 %: 1 of a sample of 2 players on preview." in page


def test_words_alone_are_answered_while_somebody_types(people: People, query: SegmentQuery) -> None:
    page = tried(people, query=json.dumps({"any": [FR, DE]}), words="1")
    assert page.strip() == "Players for whom: <bdi>segment COUNTRY is FR, or segment COUNTRY is DE</bdi>."
    assert tried(people, query='{"any": []}', words="1").strip() == "Nobody."
    page = tried(people, query=json.dumps({"all": [{"segment": "COUNTRY", "is": "XX"}]}), words="1")
    assert "all[0].is: segment &quot;COUNTRY&quot; has no value &quot;XX&quot;" in page


def test_a_test_without_scripts_is_a_page_of_its_own(people: People, query: SegmentQuery) -> None:
    page = people.client("viewer").post("/g/ours/preview/queries/test/", {"query": json.dumps(FR)}).content
    assert b"<title>Test of a query \xc2\xb7 Game ours</title>" in page
    assert b"Matches 0 of 0 players on preview." in page


def test_hostile_texts_are_shown_as_text(people: People, query: SegmentQuery) -> None:
    for text in HOSTILE:
        tree = {"all": [{"field": "displayName", "op": "eq", "value": text}]}
        save_query(people.game, "EVIL", None, name=text, description=text, query=tree)
        ana = add_player(people, text, display_name=text)
        client = people.client("editor")
        pages = [shown(client, url) for url in (URL, f"{URL}edit/EVIL/", f"{URL}edit/EVIL/history/")]
        for page in [*pages, tried(people, query=json.dumps(tree), player=ana.pk)]:
            for markup in ("<img src=x", "<script>alert", ">49<"):
                assert markup not in page, text
