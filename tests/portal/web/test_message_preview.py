"""What the editor's scripts ask: checks, previews, past messages, replays, players, test messages."""

import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from messaging.models import Message, PlayerMessage
from messaging.trial_sends import Trial, send_trial
from players.models import Player
from players.segment_settings import save_query
from portal.web import often
from protocol.dates import now_ms
from protocol.limiter import Rate
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
FRENCH = {"segment": "LANGUAGE", "is": "FR"}
SECRET = "the words of the message"


def ask(client: Client, what: str, body: Any, stage: str = "", status: int = 200) -> Any:
    place = f"{stage}/" if stage else ""
    url = f"/g/ours/{place}messages/FriendMessage/{what}/"
    answer = client.post(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer["Content-Type"] == "application/json" else answer.content.decode()


def add_player(people: People, name: str = "pascal", stage: str = "preview", **fields: Any) -> Player:
    given = {"display_name": name.title(), **fields}
    return Player.objects.create(stage=people.game.stage(stage), user_name=name, **given)


def send(player: Player, **document: Any) -> PlayerMessage:
    times = {"created_ms": now_ms(), "expires_ms": now_ms() + 3_600_000}
    message = Message.objects.create(stage=player.stage, message_class="FriendMessage", recipients=1, **times)
    stored = {"@class": ".FriendMessage", "who": "Bo", "message": SECRET, "summary": "Bo wrote", **document}
    return PlayerMessage.objects.create(
        message=message, player=player, document=json.dumps(stored), reason="confirmed_socket", **times
    )


def test_check_tells_misspelt_names_and_faults(people: People) -> None:
    draft = {"title": "${hwo}", "variants": [{"template": "${who"}]}
    found = ask(people.client("viewer"), "check", {"draft": draft})["problems"]
    assert [(each["field"], each["variant"], each["severity"]) for each in found] == [
        ("title", None, "warning"),
        ("template", 0, "fault"),
    ]
    assert found[0]["suggestion"] == "who"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"draft": 1}', b'{"draft": {"variants": [7]}}', b"\xff"])
def test_bodies_of_another_shape_are_refused(people: People, body: bytes) -> None:
    client = people.client("editor")
    for what in ("check", "preview"):
        url = f"/g/ours/messages/FriendMessage/{what}/"
        answer = client.post(url, body, content_type="application/json")
        assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_types_that_the_game_has_not_are_not_found(people: People) -> None:
    for type_code in ("NoMessage", "ScriptMessage_NOPE"):
        url = f"/g/ours/messages/{type_code}/check/"
        answer = people.client("editor").post(url, '{"draft": {}}', content_type="application/json")
        assert answer.status_code == 404


def test_preview_renders_unsaved_texts_over_a_sample(people: People) -> None:
    draft = {"title": "From ${who}", "json": {"ios": '{"aps": {"alert": "${title}!"}}'}}
    found = ask(people.client("viewer"), "preview", {"draft": draft})
    assert (found["title"], found["variant"], found["player"]) == ("From Ada", None, "Ada")
    assert found["payloads"]["ios"]["shown"]["body"] == "From Ada!"
    assert found["payloads"]["ios"]["own"]
    assert json.loads(found["document"])["title"] == "From Ada"


def test_preview_of_a_fault_is_its_problems(people: People) -> None:
    found = ask(people.client("editor"), "preview", {"draft": {"title": "${who"}}, status=422)
    assert [each["message"] for each in found["problems"]] == ["something is not closed: expected `}`"]


def test_preview_as_a_player_has_the_variant_and_says_why(people: People) -> None:
    save_query(people.game, "FRENCH", None, query=FRENCH)
    add_player(people, "anne", segments={"LANGUAGE": "FR"})
    variants = [
        {"query": '{"field": "country", "op": "eq", "value": "FR"}', "template": "pays"},
        {"query": "FRENCH", "template": "Salut ${player.displayName}"},
    ]
    body = {"draft": {"template": "Hello", "variants": variants}, "natural": True, "player": "anne"}
    found = ask(people.client("editor"), "preview", body)
    assert (found["summary"], found["variant"]) == ("Salut Anne", 1)
    assert [(each["query"], each["holds"]) for each in found["tried"]] == [("", False), ("FRENCH", True)]
    assert found["tried"][1]["leaves"] == [{"words": "segment LANGUAGE is FR", "holds": True, "actual": "FR"}]
    assert ask(people.client("editor"), "preview", {**body, "player": "nobody"}, status=404) == {
        "error": "No player of preview has this id or user name."
    }


@pytest.mark.parametrize(("stress", "name"), [("long", "W" * 40), ("emoji", "🏳️‍🌈"), ("rtl", "محمد")])
def test_preview_stresses_names(people: People, stress: str, name: str) -> None:
    body = {"draft": {"template": "${who} ${player.displayName}"}, "stress": stress}
    assert ask(people.client("editor"), "preview", body)["summary"].count(name) == 2


def test_preview_over_pasted_data(people: People) -> None:
    body = {"draft": {"template": "${who}"}, "data": '{"who": "Zoë"}'}
    assert ask(people.client("editor"), "preview", body)["summary"] == "Zoë"
    for data in ("{", "[1]"):
        ask(people.client("editor"), "preview", {**body, "data": data}, status=422)


def test_past_messages_are_masked_for_viewers(people: People) -> None:
    copy = send(add_player(people))
    url, body = "/g/ours/preview/messages/FriendMessage/past/", {"draft": {"template": "${message}"}}
    for role, player, words in (
        ("editor", "Pascal", SECRET),
        ("viewer", "••••••", "••• ••••• •• ••• •••••••"),
    ):
        (row,) = people.client(role).get(url).json()["messages"]
        assert (row["id"], row["player"]) == (copy.pk, player)
        found = ask(people.client(role), "preview", {**body, "past": copy.pk})
        assert (found["summary"], found["player"]) == (words, player)


def test_past_message_of_another_game_or_stage_is_not_found(people: People) -> None:
    copy = send(add_player(people, stage="live"))
    ask(people.client("owner"), "preview", {"draft": {}, "past": copy.pk}, status=404)
    assert ask(people.client("owner"), "preview", {"draft": {}, "past": copy.pk, "stage": "live"})


def test_replay_shows_what_changed_word_by_word(people: People) -> None:
    send(add_player(people), summary="Bo wrote")
    send(add_player(people, '"><img src=x>'), who="<script>", summary="old")
    page = ask(people.client("editor"), "replay", {"draft": {"template": "${who} sent"}}, "preview")
    assert "2 of the last 2 would read differently." in page
    assert "Bo </" not in page
    assert "Bo <del>wrote</del><ins>sent</ins>" in page
    assert "<ins>&lt;script&gt; sent</ins>" in page
    assert "<img" not in page
    assert "<script>" not in page
    page = ask(people.client("editor"), "replay", {"draft": {"template": "${nothing}"}}, "preview")
    assert "2 lack a field that the draft names" in page
    faulty = {"draft": {"template": "${"}}
    assert ask(people.client("editor"), "replay", faulty, "preview", 422)["problems"]


def test_preview_and_replay_ask_the_database_as_often_for_many(people: People) -> None:
    client = people.client("editor")
    player, counted = add_player(people), []
    ask(client, "replay", {"draft": {}}, "preview")  # which compiles the stage
    for count in (1, 20):
        while Message.objects.count() < count:
            copy = send(player)
        with CaptureQueriesContext(connection) as asked:
            ask(client, "replay", {"draft": {}}, "preview")
            ask(client, "preview", {"draft": {}, "past": copy.pk})
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_test_message_is_sent_and_followed(people: People) -> None:
    player, client = add_player(people), people.client("editor")
    url = "/g/ours/preview/messages/FriendMessage/test/"
    page = client.post(url, {"player": "pascal", "variant": "-1", "sample": '{"who": "Bo"}'}).content.decode()
    message = Message.objects.get(test=True)
    assert json.loads(message.data) == {"who": "Bo"}
    assert f'hx-get="/g/ours/preview/tests/{message.pk}/"' in page
    copy = PlayerMessage.objects.create(
        message=message,
        player=player,
        document="{}",
        reason="confirmed_socket",
        state="delivered",
        created_ms=now_ms(),
        expires_ms=now_ms(),
    )
    page = client.get(f"/g/ours/preview/tests/{message.pk}/").content.decode()
    assert "The player&#x27;s client has it." in page
    assert "hx-get" not in page
    PlayerMessage.objects.filter(pk=copy.pk).update(reason="pushed", state="waiting")
    page = client.get(f"/g/ours/preview/tests/{message.pk}/").content.decode()
    assert 'hx-trigger="load delay:1s"' in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"player": ""}, "Choose a player."),
        ({"player": "nobody"}, "No player of preview has this id or user name."),
        ({"player": "pascal", "sample": "{"}, "The data are not JSON"),
        ({"player": "pascal", "variant": "x"}, "There is no such variant."),
    ],
)
def test_test_message_says_what_is_missing(people: People, fields: dict[str, str], words: str) -> None:
    add_player(people)
    answer = people.client("editor").post("/g/ours/preview/messages/FriendMessage/test/", fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Message.objects.exists()


def test_test_message_on_live_is_for_administrators_who_mean_it(people: People) -> None:
    add_player(people, stage="live")
    url, fields = "/g/ours/live/messages/FriendMessage/test/", {"player": "pascal"}
    assert people.client("editor").post(url, {**fields, "confirmed": "on"}).status_code == 403
    assert people.client("admin").post(url, fields).status_code == 422
    assert not Message.objects.exists()
    assert people.client("admin").post(url, {**fields, "confirmed": "on"}).status_code == 200
    assert Message.objects.get().test


def test_players_are_found_by_beginnings_those_tested_first(people: People) -> None:
    ana, bo = add_player(people, "ana"), add_player(people, "bo", display_name='Anakin"><b>')
    add_player(people, "ann", stage="live")
    client, url = people.client("editor"), "/g/ours/preview/players/search/"

    def names(asked: str) -> list[str]:
        return [each["userName"] for each in client.get(url, {"q": asked}).json()["players"]]

    assert names("an") == ["ana"]
    assert names("Ana") == ["ana", "bo"]
    assert names(bo.pk) == ["bo"]
    assert names("a\0") == ["ana"]
    assert names("") == ["bo", "ana"]
    send_trial(ana.stage, Trial("FriendMessage", ana), people.user("editor"))
    assert names("") == ["ana", "bo"]


def test_resend_makes_a_new_message(people: People) -> None:
    copy = send(add_player(people))
    page = people.client("editor").get("/g/ours/preview/trace/", {"id": copy.pk}).content.decode()
    url = f"/g/ours/preview/trace/{copy.pk}/resend/"
    assert f'action="{url}"' in page
    answer = people.client("editor").post(url)
    new = Message.objects.exclude(pk=copy.message_id).get()
    assert answer["Location"] == f"/g/ours/preview/trace/?id={new.pk}"
    assert json.loads(new.data) == {"who": "Bo", "message": SECRET}
    page = people.client("viewer").get("/g/ours/preview/trace/", {"id": copy.pk}).content.decode()
    assert "Resend" not in page


def test_resend_on_live_is_for_administrators_who_mean_it(people: People) -> None:
    copy = send(add_player(people, stage="live"))
    url = f"/g/ours/live/trace/{copy.pk}/resend/"
    assert people.client("editor").post(url, {"confirmed": "on"}).status_code == 403
    assert people.client("admin").post(url).status_code == 422
    assert people.client("admin").post(url, {"confirmed": "on"}).status_code == 302
    assert people.client("admin").post(url.replace("live", "preview"), {"confirmed": "on"}).status_code == 404


def test_who_asks_too_often_is_told_to_wait(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(often, "ASKED", Rate(0.001, 1))
    client = people.client("admin")
    ask(client, "check", {"draft": {}})
    assert ask(client, "check", {"draft": {}}, status=429)["error"]


def test_preview_takes_the_server_a_tenth_of_a_second_at_most(people: People) -> None:
    """Of its own work, of a message with variants and payloads, as a player, whose names are long."""
    save_query(people.game, "FRENCH", None, query=FRENCH)
    add_player(people, "anne", segments={"LANGUAGE": "FR"})
    texts = {"title": "${who}", "template": "${message|upper} {% if who %}${player.displayName}{% endif %}"}
    payloads = {"ios": '{"aps": {"alert": "${title}"}, "all": ["${who}", "${message}"]}'}
    variants = [{**texts, "json": payloads, "query": "FRENCH"} for _ in range(5)]
    body = {"draft": {**texts, "json": payloads, "variants": variants}, "natural": True, "player": "anne"}
    client, took = people.client("editor"), []
    for _ in range(20):
        began = time.process_time()
        ask(client, "preview", body)
        took.append(time.process_time() - began)
    assert sorted(took)[18] < 0.1


def test_players_that_a_variant_is_for_are_estimated(people: People) -> None:
    save_query(people.game, "FRENCH", None, query=FRENCH)
    for name, language in (("anne", "FR"), ("bo", "EN"), ("cy", "FR")):
        add_player(people, name, segments={"LANGUAGE": language})
    client, url = people.client("viewer"), "/g/ours/preview/queries/estimate/"

    def estimated(query: str) -> Any:
        return client.post(url, json.dumps({"query": query}), content_type="application/json").json()

    assert estimated("FRENCH") == {"matching": 2, "lookedAt": 3, "complete": True}
    assert estimated(json.dumps({"not": FRENCH}))["matching"] == 1
    assert estimated("NOBODY") == {"error": "This stage has no segment query NOBODY."}
    assert "error" in estimated('{"field": 1}')
