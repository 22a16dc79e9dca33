"""The management API: what it reads and changes, who may, what it says when it does not."""

import json
from typing import Any

import pytest
from django.test import Client

from games.models import AuditEntry, Snapshot
from messaging.message_settings import message_type, number_of
from messaging.models import Message, PlayerMessage
from players.models import Player, Segment, SegmentQuery
from portal.api import access
from protocol.dates import now_ms
from protocol.limiter import Rate
from tests.portal.api.program import program
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db
FRENCH = {"name": "French", "query": {"all": [{"segment": "COUNTRY", "is": "FR"}]}}
COUNTRY = {"name": "Country", "values": [{"shortCode": "FR", "name": "France"}, {"shortCode": "DE"}]}
MISSING = (404, {"error": "There is no such thing.", "faults": []})


def player_with_a_message(people: People, stage: str = "preview") -> PlayerMessage:
    row = people.game.stage(stage)
    player = Player.objects.create(stage=row, user_name="anna", display_name="Anna")
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 10**7}
    message = Message.objects.create(stage=row, message_class="FriendMessage", **times)
    return PlayerMessage.objects.create(
        message=message, player=player, document='{"summary": "Hello"}', **times
    )


def test_messages_are_listed_changed_and_their_versions_kept(people: People) -> None:
    owner = program(people)
    status, rows = owner.ask("GET", "ours/messages")
    assert status == 200
    friend = next(row for row in rows if row["key"] == "FriendMessage")
    assert (friend["version"], friend["settings"]["sendAsPush"], friend["group"]) == (0, True, "Player")
    change = {"version": 0, "settings": {"title": "Hello ${who}"}, "note": "By a build"}
    status, row = owner.ask("PATCH", "ours/messages/FriendMessage", change)
    assert (status, row["version"], row["settings"]["title"]) == (200, 1, "Hello ${who}")
    assert row["settings"]["sendAsPush"] is True
    assert owner.ask("GET", "ours/messages/FriendMessage") == (200, row)
    status, versions = owner.ask("GET", "ours/messages/FriendMessage/versions")
    kept = [(each["number"], each["author"], each["note"]) for each in versions]
    assert kept == [(1, "ours-owner", "By a build")]
    entry = AuditEntry.objects.get(action="message.changed")
    assert (entry.actor_name, entry.target) == ("ours-owner", "FriendMessage")


def test_a_change_from_an_older_version_changes_nothing(people: People) -> None:
    owner = program(people)
    path = "ours/messages/FriendMessage"
    owner.ask("PATCH", path, {"version": 0, "settings": {"title": "One"}})
    refused = owner.ask("PATCH", path, {"version": 0, "settings": {"title": "Two"}})
    words = "1 is current now: read it, and send your change again from there."
    assert refused == (409, {"error": words, "faults": []})
    assert owner.ask("GET", path)[1]["settings"]["title"] == "One"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"settings": {}}, "version: Field required"),
        ({"version": 0, "settings": {"titel": "x"}}, "titel: unknown key"),
        ({"version": 0, "settings": {"title": "${"}}, "title"),
        ({"version": 0, "settings": {"expireAfterHours": "soon"}}, "expireAfterHours"),
        ({"version": 0, "settings": []}, "settings: Input should be a valid dictionary"),
        ({"version": 0, "settings": {"title": "a\0b"}}, "holds a character that cannot be sent"),
    ],
)
def test_what_does_not_fit_is_said_by_path_and_changes_nothing(
    people: People, change: dict[str, Any], fault: str
) -> None:
    status, answer = program(people).ask("PATCH", "ours/messages/FriendMessage", change)
    assert status == 422
    assert any(fault in each for each in answer["faults"]), answer
    assert number_of(message_type(people.game, "FriendMessage").current) == 0


@pytest.mark.parametrize(
    "path", ["messages/Nothing", "messages/ScriptMessage_NONE", "segments/X", "queries/X"]
)
def test_what_is_not_there_is_said(people: People, path: str) -> None:
    method = "GET" if path.startswith("messages") else "DELETE"
    assert program(people).ask(method, f"ours/{path}") == MISSING


def test_segments_and_queries_are_put_and_deleted(people: People) -> None:
    owner = program(people)
    assert owner.ask("PUT", "ours/segments/COUNTRY", COUNTRY) == (
        200,
        {
            "shortCode": "COUNTRY",
            "name": "Country",
            "description": "",
            "values": [
                {"shortCode": "DE", "name": "", "description": ""},
                {"shortCode": "FR", "name": "France", "description": ""},
            ],
        },
    )
    status, query = owner.ask("PUT", "ours/queries/FRENCH", FRENCH)
    assert (status, query["query"]) == (200, FRENCH["query"])
    assert owner.ask("GET", "ours/queries") == (200, [query])
    status, refused = owner.ask("DELETE", "ours/segments/COUNTRY")
    assert (status, refused["error"]) == (409, "It is still used.")
    assert any("FRENCH" in fault for fault in refused["faults"])
    assert owner.ask("DELETE", "ours/queries/FRENCH") == (204, None)
    assert owner.ask("DELETE", "ours/segments/COUNTRY") == (204, None)
    assert not Segment.objects.exists()
    assert not SegmentQuery.objects.exists()


def test_short_codes_are_those_that_the_pages_take(people: People) -> None:
    owner = program(people)
    assert owner.ask("PUT", "ours/segments/GEO-AREA", COUNTRY)[0] == 200
    assert owner.ask("PUT", f"ours/segments/{'A' * 51}", COUNTRY)[0] == 422
    assert list(Segment.objects.values_list("short_code", flat=True)) == ["GEO-AREA"]


def test_a_value_that_a_query_needs_stays(people: People) -> None:
    owner = program(people)
    owner.ask("PUT", "ours/segments/COUNTRY", COUNTRY)
    owner.ask("PUT", "ours/queries/FRENCH", FRENCH)
    assert owner.ask("PUT", "ours/segments/COUNTRY", {"values": [{"shortCode": "DE"}]})[0] == 409
    assert set(Segment.objects.get().values.values_list("short_code", flat=True)) == {"DE", "FR"}


def test_a_query_of_unknown_segments_is_refused(people: People) -> None:
    status, answer = program(people).ask("PUT", "ours/queries/FRENCH", FRENCH)
    assert status == 422
    assert answer["faults"][0].startswith("query.all[0]")
    assert not SegmentQuery.objects.exists()


def test_snapshots_are_taken_published_and_gone_back_to(people: People) -> None:
    owner = program(people)
    status, first = owner.ask("POST", "ours/snapshots", {"description": "Before"})
    assert status == 201
    assert (first["source"], first["author"], first["live"]) == ("manual", "ours-owner", False)
    owner.ask("PATCH", "ours/messages/FriendMessage", {"version": 0, "settings": {"title": "New"}})
    live = people.game.stage("live").snapshot_id
    path = f"ours/snapshots/{first['id']}"
    assert owner.ask("POST", f"{path}/publish", {"instead_of": (live or 0) + 1000})[0] == 409
    status, published = owner.ask("POST", f"{path}/publish", {"instead_of": live})
    assert (status, published["live"]) == (200, True)
    assert people.game.stage("live").snapshot_id == first["id"]
    assert owner.ask("DELETE", path)[0] == 422
    status, reverted = owner.ask("POST", f"{path}/revert")
    assert status == 200
    assert owner.ask("GET", "ours/messages/FriendMessage")[1]["settings"]["title"] != "New"
    kept = Snapshot.objects.get(pk=reverted["kept"])
    assert '"New"' in kept.document
    assert owner.ask("GET", f"{path}/document")[1]["apiKey"] == "ours"
    assert owner.ask("DELETE", f"ours/snapshots/{kept.pk}") == (204, None)
    listed = owner.ask("GET", "ours/snapshots")[1]
    assert [row["live"] for row in listed if row["id"] == first["id"]] == [True]
    assert kept.pk not in [row["id"] for row in listed]


def test_live_is_unpublished_by_who_knows_what_it_runs(people: People) -> None:
    owner, live = program(people), people.game.stage("live").snapshot_id
    assert live is not None
    assert owner.ask("POST", "ours/unpublish", {"instead_of": live + 1000})[0] == 409
    assert people.game.stage("live").snapshot_id == live
    assert owner.ask("POST", "ours/unpublish", {"instead_of": live}) == (204, None)
    assert people.game.stage("live").snapshot_id is None
    assert owner.ask("POST", "ours/unpublish", {"instead_of": live})[0] == 409
    status, back = owner.ask("POST", f"ours/snapshots/{live}/publish", {"instead_of": None})
    assert (status, back["live"]) == (200, True)


def test_players_their_messages_and_traces_are_read(people: People) -> None:
    copy = player_with_a_message(people)
    viewer = program(people, "viewer")
    status, page = viewer.ask("GET", "ours/preview/players?q=an")
    assert (status, [row["userName"] for row in page["players"]], page["older"]) == (200, ["anna"], "")
    path = f"ours/preview/players/{copy.player_id}"
    assert viewer.ask("GET", path)[1]["devices"] == []
    status, inbox = viewer.ask("GET", f"{path}/messages")
    assert [(row["id"], row["class"]) for row in inbox["messages"]] == [(copy.pk, "FriendMessage")]
    status, told = viewer.ask("GET", f"ours/preview/traces/{copy.pk}")
    assert status == 200
    assert told["sentence"].startswith("FriendMessage for Anna: ")
    assert "Hello" not in json.dumps(told)
    assert "Hello" in json.dumps(program(people, "editor").ask("GET", f"ours/preview/traces/{copy.pk}"))
    assert viewer.ask("GET", "ours/preview/pushes") == (200, {"attempts": [], "older": None})
    for missing in (path.replace("preview", "live"), f"ours/live/traces/{copy.pk}"):
        assert viewer.ask("GET", missing) == MISSING


def test_inboxes_come_in_pages(people: People) -> None:
    copy = player_with_a_message(people)
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 10**7, "document": "{}"}
    for _ in range(54):
        message = Message.objects.create(
            stage=people.game.stage("preview"), message_class="FriendMessage", created_ms=1, expires_ms=2
        )
        PlayerMessage.objects.create(message=message, player=copy.player, **times)
    path = f"ours/preview/players/{copy.player_id}/messages"
    viewer = program(people, "viewer")
    first = viewer.ask("GET", path)[1]
    second = viewer.ask("GET", f"{path}?before={first['older']}")[1]
    ids = [row["id"] for row in first["messages"] + second["messages"]]
    assert (len(first["messages"]), len(second["messages"]), second["older"]) == (50, 5, "")
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 55


def test_a_test_message_is_sent(people: People) -> None:
    player_with_a_message(people)
    editor = program(people, "editor")
    asked = {"player": "anna", "data": {"message": "Hi"}}
    status, answer = editor.ask("POST", "ours/preview/messages/FriendMessage/test", asked)
    assert status == 201
    sent = Message.objects.get(pk=answer["messageId"])
    assert (sent.test, sent.message_class) == (True, "FriendMessage")
    assert editor.ask("POST", "ours/preview/messages/FriendMessage/test", {"player": "nobody"}) == MISSING
    assert editor.ask("POST", "ours/live/messages/FriendMessage/test", asked)[0] == 403


RIGHTS = [
    ("GET", "messages", None, "viewer"),
    ("GET", "document", None, "viewer"),
    ("PATCH", "messages/FriendMessage", {"version": 0, "settings": {}}, "editor"),
    ("PUT", "segments/COUNTRY", COUNTRY, "editor"),
    ("DELETE", "segments/X", None, "editor"),
    ("PUT", "queries/X", FRENCH, "editor"),
    ("DELETE", "queries/X", None, "editor"),
    ("POST", "snapshots", {"description": "x"}, "editor"),
    ("DELETE", "snapshots/1", None, "admin"),
    ("POST", "snapshots/1/publish", {"instead_of": None}, "admin"),
    ("POST", "snapshots/1/revert", None, "admin"),
    ("POST", "unpublish", {"instead_of": 1}, "admin"),
    ("POST", "preview/messages/FriendMessage/test", {"player": "x"}, "editor"),
    ("POST", "live/messages/FriendMessage/test", {"player": "x"}, "admin"),
]


@pytest.mark.parametrize(("method", "path", "document", "lowest"), RIGHTS)
def test_each_operation_takes_its_role(
    people: People, method: str, path: str, document: Any, lowest: str
) -> None:
    roles = ("viewer", "editor", "admin", "owner")
    answers = {role: program(people, role).ask(method, f"ours/{path}", document)[0] for role in roles}
    assert [role for role in roles if answers[role] == 403] == list(roles[: roles.index(lowest)])


def test_a_foreign_game_is_as_one_that_is_not_there(people: People) -> None:
    make_people("theirs")
    owner = program(people)
    for method, path, document, _ in RIGHTS:
        assert owner.ask(method, f"theirs/{path}", document) == MISSING
        assert owner.ask(method, f"nobody1/{path}", document) == MISSING


def test_a_token_asks_a_hundred_times_at_once_and_no_more(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Rate(20, 100) == access.ASKED
    monkeypatch.setattr(access, "ASKED", Rate(0.001, 100))
    owner, other = program(people), program(people, "viewer")
    statuses = [owner.ask("GET", "nobody1/document")[0] for _ in range(101)]
    assert statuses == [404] * 100 + [429]
    assert other.ask("GET", "nobody1/document")[0] == 404


def test_every_operation_is_described_and_needs_a_token() -> None:
    from portal.api.server import openapi

    schema = openapi()
    assert schema["openapi"] == "3.1.0"
    operations = [each for path in schema["paths"].values() for each in path.values()]
    assert len(operations) >= 22
    assert all(each["security"] == [{"Token": []}] for each in operations)


def test_the_description_is_served_to_anybody() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content)["info"]["title"] == "Flint management API"


def test_an_address_that_is_none_is_said_in_json() -> None:
    answer = Client().get("/api/v1/nothing")
    assert (answer.status_code, json.loads(answer.content)["error"]) == (404, "There is no such address.")
