"""Snapshots on their pages: taken, compared, published after a look at what changes, gone back to."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from games.documents import import_game
from games.models import AuditEntry, Game, Snapshot
from games.publishing import create_game, publish
from games.snapshots import snapshot_changes, take, working_document
from messaging.message_settings import change_settings, message_type
from portal.web.document_changes import risks_of, sections_of, summary_of
from tests.portal.web.people import People, post

pytestmark = pytest.mark.django_db
URL = "/g/ours/snapshots/"
SECTIONS = {
    "events": [{"shortCode": "SCORE", "name": "Score"}],
    "scripts": {"modules/gifts": "var gold = 1;\nvar silver = 2;\n"},
}


def change(game: Game, **sections: Any) -> None:
    import_game(json.dumps({"format": "flint.game/1", "apiKey": game.api_key, **sections}), None)


def page_of(people: People, url: str = URL, role: str = "admin", **question: Any) -> str:
    answer = people.client(role).get(url, question)
    assert answer.status_code == 200
    return str(answer.content.decode())


def live_of(people: People) -> Snapshot:
    found = people.game.stage("live").snapshot
    assert found is not None
    return found


def test_a_snapshot_is_taken_and_listed_with_its_name_and_note(people: People) -> None:
    page = post(people, URL, {"description": "<b>Season</b>", "note": "Ask Bo"}, role="editor")
    assert "&lt;b&gt;Season&lt;/b&gt; was taken." in page
    assert "Ask Bo" in page
    assert page.count('class="live-tag"') == 1
    taken = Snapshot.objects.filter(game=people.game).first()
    assert taken is not None
    assert taken.author == people.user("editor")
    assert live_of(people) != taken
    page = post(people, f"{URL}{taken.pk}/", {"description": "Winter", "note": "Ask Ada"}, role="editor")
    assert "Winter" in page
    assert "Ask Ada" in page_of(people, f"{URL}{taken.pk}/", "viewer")
    assert "This field is required" in post(people, URL, {"description": " "}, 422)


def test_the_list_says_what_live_does_not_run(people: People) -> None:
    assert "Live runs what the working copy is." in page_of(people)
    change(people.game, **SECTIONS)
    page = page_of(people, role="viewer")
    assert "Not on live yet: Events: 1 added; Scripts: 1 added." in page
    assert "Take a snapshot</button>" not in page


def test_two_are_compared_line_by_line(people: People) -> None:
    change(people.game, **SECTIONS)
    first = take(people.game, None, "First")
    change(people.game, events=[], scripts={"modules/gifts": "var gold = 1;\nvar silver = 3;\n"})
    second = take(people.game, None, "Second")
    page = page_of(people, f"{URL}diff/", "viewer", a=first.pk, b=second.pk)
    assert 'Events <span class="muted">1 removed</span>' in page
    assert 'Scripts <span class="muted">1 changed</span>' in page
    assert "removed: </span>var silver = 2;</del>" in page
    assert "added: </span>var silver = 3;</ins>" in page
    assert "<span>var gold = 1;</span>" in page
    assert "They are the same." in page_of(people, f"{URL}diff/", a="working", b=second.pk)
    assert 'Events <span class="muted">1 added</span>' in page_of(people, f"{URL}diff/", a="live", b=first.pk)
    client = people.client("owner")
    for which in ("0", "999999", "nonsense", "9" * 30):
        assert client.get(f"{URL}diff/", {"a": which}).status_code == 404


def test_publishing_shows_what_changes_and_what_to_fear(people: People) -> None:
    change(people.game, **SECTIONS)
    publish(people.game, None, "First")
    row = message_type(people.game, "FriendMessage")
    change_settings(row, {"expireAfterHours": 1, "sendAsPush": False}, None)
    change(people.game, events=[])
    taken = take(people.game, None, "Second")
    page = page_of(people, f"{URL}{taken.pk}/publish/")
    assert "FriendMessage waits 1 h for a player who is away, no longer 60 h." in page
    assert "FriendMessage is sent as push no longer." in page
    assert "Events: SCORE is gone." in page
    assert 'Messages <span class="muted">1 added</span>' in page
    assert "The live stage has no push credentials" in page
    before = live_of(people).pk
    data = {"live": before, "typed": "ours"}
    assert "Not published: type ours" in post(people, f"{URL}{taken.pk}/publish/", data | {"typed": ""}, 422)
    assert live_of(people).pk == before
    assert "Second is live." in post(people, f"{URL}{taken.pk}/publish/", data)
    assert live_of(people) == taken
    entry = AuditEntry.objects.filter(game=people.game).first()
    assert entry is not None
    assert (entry.action, entry.actor_name) == ("game.published", "ours-admin")
    assert "Live runs this snapshot already." in page_of(people, f"{URL}{taken.pk}/publish/")


def test_publishing_after_somebody_else_is_looked_at_again(people: People) -> None:
    taken, seen = take(people.game, None, "Mine"), live_of(people).pk
    change(people.game, **SECTIONS)
    theirs = publish(people.game, None, "Theirs")
    page = post(people, f"{URL}{taken.pk}/publish/", {"live": seen, "typed": "ours"}, 409)
    assert "Somebody has published meanwhile." in page
    assert "Events: SCORE is gone." in page
    assert f'name="live" value="{theirs.pk}"' in page
    assert live_of(people) == theirs


def test_going_back_keeps_what_was(people: People) -> None:
    change(people.game, **SECTIONS)
    taken = take(people.game, None, "First")
    change(people.game, events=[], scripts={}, teams=[{"shortCode": "CLUB", "name": "Club"}])
    url = f"{URL}{taken.pk}/revert/"
    assert 'Events <span class="muted">1 added</span>' in page_of(people, url)
    assert "tick that you mean it" in post(people, url, {}, 422)
    assert working_document(people.game)["events"] == []
    page = post(people, url, {"confirmed": "on"})
    assert "The working copy is “First” now" in page
    assert "Before going back to First" in page
    assert [each["shortCode"] for each in working_document(people.game)["events"]] == ["SCORE"]


def test_what_live_runs_is_not_deleted(people: People) -> None:
    taken, current = take(people.game, None, "Other"), live_of(people)
    page = page_of(people, f"{URL}{current.pk}/")
    assert "Live runs this snapshot, so it stays." in page
    assert "Live runs this snapshot" in post(people, f"{URL}{current.pk}/delete/", {"confirmed": "on"}, 422)
    assert "tick that it may go" in post(people, f"{URL}{taken.pk}/delete/", {}, 422)
    assert "Other was deleted." in post(people, f"{URL}{taken.pk}/delete/", {"confirmed": "on"})
    assert list(Snapshot.objects.filter(game=people.game)) == [current]


def test_a_document_is_downloaded_and_uploaded(people: People) -> None:
    change(people.game, **SECTIONS)
    answer = people.client("viewer").get(f"{URL}working.json")
    assert answer["Content-Disposition"] == 'attachment; filename="ours-working-copy.json"'
    assert json.loads(answer.content)["events"][0]["shortCode"] == "SCORE"
    change(people.game, events=[])
    file = SimpleUploadedFile("game.json", answer.content)
    page = post(people, f"{URL}upload/", {"file": file, "description": "From a file"})
    assert "Nothing has changed yet" in page
    assert "differs: Events: 1 removed" in page
    assert "Publish…" not in page
    made = Snapshot.objects.filter(game=people.game).first()
    assert made is not None
    assert people.client("viewer").get(f"{URL}{made.pk}/document.json").content.decode() == made.document
    page = page_of(people, f"{URL}{made.pk}/publish/")
    assert "goes into the working copy first" in page
    assert "Publish to LIVE</button>" not in page
    post(people, f"{URL}{made.pk}/publish/", {"live": live_of(people).pk, "typed": "ours"}, 422)
    assert live_of(people) != made


def test_an_upload_may_begin_with_a_byte_order_mark(people: People) -> None:
    content = b'\xef\xbb\xbf{"format": "flint.game/1", "name": "Marked"}'
    post(
        people,
        f"{URL}upload/",
        {"file": SimpleUploadedFile("game.json", content), "description": "Marked"},
        302,
    )
    assert '"name": "Marked"' in Snapshot.objects.get(description="Marked").document


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"{", "no JSON"), (b"\xff", "is not text"), (b'{"format": "flint.game/1", "x": 1}', "x: unknown key")],
)
def test_an_upload_that_will_not_do_is_refused_with_every_fault(
    people: People, content: bytes, words: str
) -> None:
    before = Snapshot.objects.count()
    data = {"file": SimpleUploadedFile("game.json", content), "description": "Broken"}
    assert words in post(people, f"{URL}upload/", data, 422)
    assert Snapshot.objects.count() == before


def test_editors_take_and_do_not_publish(people: People) -> None:
    taken = take(people.game, None, "Other")
    page = page_of(people, f"{URL}{taken.pk}/", "editor")
    for words in ("Publish…", "Delete the snapshot", "Go back to it…"):
        assert words not in page
    client = people.client("editor")
    for name in ("publish", "revert", "delete"):
        assert client.post(f"{URL}{taken.pk}/{name}/", {"confirmed": "on"}).status_code == 403


def test_a_snapshot_of_another_game_is_not_there(people: People) -> None:
    theirs = take(create_game("Theirs", None, "theirs"), None, "Theirs")
    client = people.client("owner")
    for name in ("", "document.json", "publish/", "revert/"):
        assert client.get(f"{URL}{theirs.pk}/{name}").status_code == 404
    for name in ("publish/", "revert/", "delete/"):
        data = {"confirmed": "on", "typed": "ours", "live": live_of(people).pk}
        assert client.post(f"{URL}{theirs.pk}/{name}", data).status_code == 404
    assert client.get(f"{URL}diff/", {"a": theirs.pk}).status_code == 404


def test_the_list_asks_the_database_as_often_for_one_row_as_for_sixty(
    people: People, django_assert_num_queries: Any
) -> None:
    client = people.client("owner")
    made = list(Snapshot.objects.filter(game=people.game))
    client.get(URL)
    for count in (1, 60):
        while len(made) < count:
            made.append(take(people.game, None, f"Number {len(made)}"))
        with django_assert_num_queries(7):
            page = client.get(URL).content.decode()
    assert f'href="?before={made[10].pk}"' in page
    assert "Number 9" in client.get(URL, {"before": made[10].pk}).content.decode()


@pytest.mark.parametrize(
    ("page", "queries"),
    [("{taken}/", 7), ("{taken}/publish/", 10), ("{taken}/revert/", 6), ("diff/?a=live&b={taken}", 8)],
)
def test_a_page_asks_the_database_as_often_for_one_change_as_for_fifty(
    people: People, page: str, queries: int, django_assert_num_queries: Any
) -> None:
    client = people.client("owner")
    for count in (1, 50):
        codes = [f"E{number}" for number in range(count)]
        change(people.game, events=[{"shortCode": code, "name": code} for code in codes])
        url = URL + page.format(taken=take(people.game, None, f"{count} events").pk)
        change(people.game, events=[])
        client.get(url)  # the working copy is kept in memory from here on
        with django_assert_num_queries(queries):
            assert f"{count} " in client.get(url).content.decode()


def test_texts_too_long_to_compare_are_named(people: People) -> None:
    before = {"scripts": {"modules/a": "x\n" * 3000}}
    after = {"scripts": {"modules/a": "y\n" * 3000}}
    found = snapshot_changes(before, after)
    ((item,),) = [section.items for section in sections_of(found)]
    assert (item.lines, item.too_long) == ([], True)
    assert summary_of(found) == "Scripts: 1 changed"
    assert risks_of(found) == []


def test_live_is_unpublished_by_whoever_types_the_key(people: People) -> None:
    current = live_of(people)
    assert f'href="{URL}unpublish/"' in page_of(people, f"{URL}{current.pk}/")
    assert f'href="{URL}unpublish/"' not in page_of(people, f"{URL}{current.pk}/", "editor")
    page = page_of(people, f"{URL}unpublish/")
    assert "every new connection is refused as <code>NOT_PUBLISHED</code>" in page
    data = {"live": current.pk, "typed": "ours"}
    assert "Not unpublished: type ours" in post(people, f"{URL}unpublish/", data | {"typed": "yes"}, 422)
    assert live_of(people) == current
    theirs = publish(people.game, None, "Theirs")
    page = post(people, f"{URL}unpublish/", data, 409)
    assert "Somebody has published or unpublished meanwhile." in page
    assert f'name="live" value="{theirs.pk}"' in page
    assert "Live is not published any more." in post(people, f"{URL}unpublish/", data | {"live": theirs.pk})
    assert people.game.stage("live").snapshot is None
    entry = AuditEntry.objects.filter(game=people.game).first()
    assert entry is not None
    assert (entry.action, entry.actor_name) == ("game.unpublished", "ours-admin")
    assert "Live is not published: nobody can connect to it." in page_of(people, f"{URL}unpublish/")
