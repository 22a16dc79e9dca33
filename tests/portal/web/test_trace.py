"""The message trace: its sentence for every outcome, what viewers do not see, and why there is nothing."""

from typing import Any

import pytest
from django.utils.html import escape

from messaging.models import PlayerMessage
from messaging.reasons import REASONS, explain
from players.models import Player
from portal.web.reason_looks import LOOKS
from protocol.dates import now_ms
from protocol.ids import first_id
from push.models import PushAttempt
from tests.portal.web.people import People
from tests.portal.web.player_rows import HOSTILE, SECRET, add_player, send

pytestmark = pytest.mark.django_db


def ask(
    people: People, role: str = "owner", stage: str = "preview", status: int = 200, **question: str
) -> str:
    answer = people.client(role).get(f"/g/ours/{stage}/trace/", question)
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


@pytest.mark.parametrize("by", ["copy", "message", "player id", "user name"])
def test_trace_says_what_became_of_a_message(people: People, by: str) -> None:
    player = add_player(people)
    copy = send(player)
    page = ask(
        people,
        **{
            "copy": {"id": copy.pk},
            "message": {"id": copy.message_id},
            "player id": {"player": player.pk, "type_code": "FriendMessage"},
            "user name": {"player": "pascal", "type_code": "FriendMessage"},
        }[by],
    )
    assert "FriendMessage for <bdi" in page
    assert "The player&#x27;s client has it." in page
    assert "created by SendFriendMessageRequest of 5a0000000000000000000001" in page
    assert "rendered from the default settings, no segment variant" in page
    assert page.count(SECRET) == 3  # the timeline, the document and the Markdown


def test_trace_shows_a_viewer_no_payload(people: People) -> None:
    copy = send(add_player(people))
    page = ask(people, "viewer", id=copy.pk)
    assert "The player&#x27;s client has it." in page
    assert "Hidden: your role may not read what players are sent." in page
    assert SECRET not in page
    assert SECRET in ask(people, "editor", id=copy.pk)


def test_trace_has_a_sentence_a_remedy_and_a_sign_for_every_reason(people: People) -> None:
    player, client = add_player(people), people.client("owner")
    assert set(LOOKS) == set(REASONS)
    for reason in [*REASONS, "push_failed:BadDeviceToken", "push_failed:no_credentials"]:
        answer = client.get("/g/ours/preview/trace/", {"id": send(player, reason).pk})
        page, look, words = answer.content.decode(), LOOKS[reason.partition(":")[0]], explain(reason)
        sign = (
            f'<span class="state state-{look.style}"><span aria-hidden="true">{look.sign}</span> {look.word}'
        )
        assert sign in page, reason
        assert escape(words.sentence) in page, reason
        assert f"<b>What to do:</b> {escape(words.remedy)}" in page, reason


def test_trace_says_until_when_it_waits(people: People) -> None:
    page = ask(people, id=send(add_player(people), "waiting_offline", expires_ms=1_893_456_000_000).pk)
    assert "It stays in the inbox until 1 January 2030, 00:00 UTC." in page


def test_trace_shows_hostile_names_as_text(people: People) -> None:
    player, client = add_player(people), people.client("owner")
    copy = send(player, document='{"from": "\u202eevil"}')
    for name in HOSTILE:
        Player.objects.filter(pk=player.pk).update(display_name=name)
        page = client.get("/g/ours/preview/trace/", {"id": copy.pk}).content.decode()
        assert escape(name[:70]) in page
        for markup in ("<img src=x", "<script>", ">" + "a" * 81):
            assert markup not in page, name
        assert "\\u202eevil" in page  # in the document, where it would turn lines around


def test_trace_shows_push_attempts(people: People) -> None:
    copy = send(add_player(people), "push_failed:BadDeviceToken")
    PushAttempt.objects.create(
        stage=people.game.stage("preview"),
        device_id="5a0000000000000000000002",
        device_os="ios",
        player_id=copy.player_id,
        player_message_id=copy.pk,
        message_class="FriendMessage",
        provider="apns",
        code="BadDeviceToken",
        detail="Apple does not know the token.",
        at_ms=now_ms(),
    )
    page = ask(people, id=copy.pk)
    assert "<code>BadDeviceToken</code> <bdi>Apple does not know the token.</bdi>" in page
    failures = ask(people)
    assert f'href="?id={copy.pk}"' in failures
    assert "Last failed pushes" in failures


def test_trace_lists_the_copies_of_a_message_to_several(people: People) -> None:
    first = send(add_player(people))
    second = PlayerMessage.objects.create(
        message=first.message,
        player=add_player(people, "anna", display_name="Anna"),
        document="{}",
        reason="expired",
        created_ms=now_ms(),
        expires_ms=now_ms(),
    )
    page = ask(people, id=first.message_id)
    assert "2 copies" in page
    assert f'<a href="?id={second.pk}"><bdi>Anna</bdi></a>' in page


def test_trace_says_who_was_not_in_the_audience(people: People) -> None:
    copy = send(add_player(people))
    add_player(people, "anna")
    page = ask(people, id=copy.message_id, player="anna")
    assert "This player was not in the audience: it was sent to 1 player by id." in page
    page = ask(people, status=404, player="anna", type_code="FriendMessage")
    assert "This player was in the audience of no FriendMessage that is still kept" in page
    assert f'href="?id={copy.message_id}&amp;player=' in page


def test_trace_says_that_it_is_on_the_other_stage(people: People) -> None:
    copy = send(add_player(people, stage="live"))
    page = ask(people, id=copy.pk)
    assert "This is on live, not on preview." in page
    assert f'href="/g/ours/live/trace/?id={copy.pk}"' in page
    page = ask(people, player="pascal", type_code="FriendMessage")
    assert "This is on live, not on preview." in page


@pytest.mark.parametrize(
    ("some_id", "sentence"),
    [
        (
            first_id(1_600_000_000_000),
            "Past retention: this id is of 13 September 2020, and messages are kept for 90 days.",
        ),
        (first_id(now_ms() - 1000), "No message of this game has this id."),
        (first_id(now_ms() + 10**9), "it names a moment in the future."),
        ("hello", "This is no message id: those are 24 characters, 0–9 and a–f."),
    ],
    ids=["past", "none", "future", "word"],
)
def test_trace_says_why_there_is_nothing(people: People, some_id: str, sentence: str) -> None:
    assert sentence in ask(people, status=404, id=some_id)


@pytest.mark.parametrize("question", [{"player": "pascal"}, {"type_code": "FriendMessage"}, {"id": "a\0"}])
def test_trace_asks_for_what_is_missing(people: People, question: dict[str, str]) -> None:
    assert 'class="faults" role="alert"' in ask(people, status=422, **question)


def test_trace_is_empty_without_messages(people: People) -> None:
    assert "Nothing was sent on LIVE yet." in ask(people, stage="live")


def test_trace_title_and_bar_say_live(people: People) -> None:
    page = ask(people, stage="live")
    assert "<title>Message trace · Game ours · LIVE</title>" in page
    assert '<header class="top top-live">' in page
    assert "top-live" not in ask(people)


def test_trace_asks_the_database_as_often_for_many_copies(
    people: People, django_assert_num_queries: Any
) -> None:
    copy, client = send(add_player(people)), people.client("owner")
    for count in (2, 12):
        while copy.message.copies.count() < count:
            PlayerMessage.objects.create(
                message=copy.message,
                player=add_player(people, f"p{copy.message.copies.count()}"),
                document="{}",
                created_ms=now_ms(),
                expires_ms=now_ms(),
            )
        with django_assert_num_queries(8):
            assert client.get("/g/ours/preview/trace/", {"id": copy.message_id}).status_code == 200
