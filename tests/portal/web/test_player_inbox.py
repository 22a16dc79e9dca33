"""A player's inbox: each message with its outcome and trace; dismissing, sending again, sending anew."""

from typing import Any

import pytest

from games.models import AuditEntry
from messaging.models import Message, PlayerMessage
from tests.portal.web.people import People
from tests.portal.web.player_rows import SECRET, add_player, send
from tests.portal.web.test_player import shown, url_of

pytestmark = pytest.mark.django_db


def test_inbox_says_where_each_message_is_and_why(people: People) -> None:
    ana = add_player(people, "ana")
    copy = send(ana, "suppressed_device_type", expires_ms=1_893_456_000_000, status="READ", seen=True)
    send(ana, "expired", expires_ms=1_700_000_000_000)
    send(ana, "dismissed", dismissed=True)
    page = shown(people, ana, "editor", "inbox/")
    row = page[page.index(f'href="/g/ours/preview/trace/?id={copy.pk}"') :].partition("</tr>")[0]
    for part in (
        ">FriendMessage</a>",
        f"<bdi>{SECRET}</bdi>",
        "</span> Held back</span>",
        "The player&#x27;s devices are of types this message is not pushed to.",
        'title="1 Jan 2030 00:00:00 UTC">',
        "<bdi>READ</bdi>",
        ">read</span>",
    ):
        assert part in row, part
    assert page.count("expired</span>") == 1
    assert "Dismissed" not in page


def test_viewers_see_what_became_of_messages_and_not_what_they_say(people: People) -> None:
    ana = add_player(people, "ana")
    send(ana, "pushed")
    page = shown(people, ana, "viewer", "inbox/")
    assert "</span> Pushed</span>" in page
    assert SECRET not in page
    for name in ('name="dismiss"', "Resend"):
        assert name not in page
        assert name in shown(people, ana, "editor", "inbox/")


@pytest.mark.parametrize(
    ("question", "count"),
    [({}, 2), ({"state": "waiting"}, 1), ({"state": "delivered"}, 1), ({"type_code": "FriendMessage"}, 2)],
)
def test_filters_find(people: People, question: dict[str, str], count: int) -> None:
    ana = add_player(people, "ana")
    send(ana)
    send(ana, state=PlayerMessage.State.DELIVERED)
    page = people.client("viewer").get(url_of(ana, "inbox/"), question).content.decode()
    assert page.count('data-label="Outcome"') == count
    page = (
        people.client("viewer").get(url_of(ana, "inbox/"), {"type_code": "TeamChatMessage"}).content.decode()
    )
    assert "No message is like that." in page


def test_dismissing_ends_it_for_the_player_and_is_written_down(people: People) -> None:
    ana, bo = add_player(people, "ana"), add_player(people, "bo")
    mine, theirs = send(ana, "waiting_offline"), send(bo, "waiting_offline")
    client = people.client("editor")
    said = client.post(url_of(ana, "inbox/"), {"dismiss": mine.pk}, follow=True).content.decode()
    assert "The message was dismissed." in said
    mine.refresh_from_db()
    assert (mine.dismissed, mine.state, mine.reason) == (True, "closed", "dismissed")
    entry = AuditEntry.objects.get(action="message.dismissed")
    assert (entry.actor_name, entry.target) == ("ours-editor", mine.pk)
    assert entry.detail == {"stage": "preview", "player": ana.pk}
    said = client.post(url_of(ana, "inbox/"), {"dismiss": theirs.pk}, follow=True).content.decode()
    assert "in this inbox no more" in said
    theirs.refresh_from_db()
    assert not theirs.dismissed
    assert AuditEntry.objects.filter(action="message.dismissed").count() == 1


def test_pages_lead_through_messages_of_one_moment(people: People) -> None:
    ana = add_player(people, "ana")
    copies = [send(ana, created_ms=1_700_000_000_000) for _ in range(51)]
    client = people.client("viewer")
    first = client.get(url_of(ana, "inbox/")).content.decode()
    oldest, last = sorted(copy.pk for copy in copies)[:2]
    assert first.count('data-label="Outcome"') == 50
    assert oldest not in first
    assert f'href="?before={last}"' in first
    second = client.get(url_of(ana, "inbox/"), {"before": last}).content.decode()
    assert second.count('data-label="Outcome"') == 1
    assert f"?id={oldest}" in second


def test_inbox_asks_the_database_as_often_for_one_message_as_for_fifty(
    people: People, django_assert_num_queries: Any
) -> None:
    ana, client = add_player(people, "ana"), people.client("editor")
    for count in (1, 50):
        while ana.messages.count() < count:
            send(ana)
        with django_assert_num_queries(8):
            page = client.get(url_of(ana, "inbox/")).content.decode()
        assert page.count('data-label="Outcome"') == count


def test_a_message_is_sent_with_the_data_that_were_typed(people: People) -> None:
    ana = add_player(people, "ana")
    client = people.client("editor")
    page = client.get(url_of(ana, "send/"), {"type_code": "FriendMessage"}).content.decode()
    assert "See you at eight?" in page
    form = {"type_code": "FriendMessage", "fields_given": '{"message": "Hello Ana"}'}
    answer = client.post(url_of(ana, "send/"), form)
    message = Message.objects.get()
    assert answer["Location"] == f"/g/ours/preview/trace/?id={message.pk}"
    assert (message.message_class, message.test) == ("FriendMessage", True)
    assert "Hello Ana" in message.data
    entry = AuditEntry.objects.get(action="message.tested")
    assert (entry.actor_name, entry.detail["player"]) == ("ours-editor", ana.pk)


def test_sample_data_of_another_message_are_taken_without_sending(people: People) -> None:
    ana = add_player(people, "ana")
    form = {"type_code": "FriendMessage", "fields_given": "{}", "sample": ""}
    answer = people.client("editor").post(url_of(ana, "send/"), form)
    assert answer.status_code == 200
    assert "See you at eight?" in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("data", ["{", "[1]", "", "[" * 100_000])
def test_data_that_are_no_object_are_refused(people: People, data: str) -> None:
    ana = add_player(people, "ana")
    answer = people.client("editor").post(
        url_of(ana, "send/"), {"type_code": "FriendMessage", "fields_given": data}
    )
    assert answer.status_code == 422
    assert 'href="#id_fields_given"' in answer.content.decode()
    assert not Message.objects.exists()


def test_sending_on_live_is_for_administrators_who_mean_it(people: People) -> None:
    ana = add_player(people, "ana", stage="live")
    form = {"type_code": "FriendMessage", "fields_given": "{}"}
    assert people.client("editor").post(url_of(ana, "send/"), form).status_code == 403
    client = people.client("admin")
    answer = client.post(url_of(ana, "send/"), form)
    assert answer.status_code == 422
    assert "reaches a real player" in answer.content.decode()
    assert not Message.objects.exists()
    assert client.post(url_of(ana, "send/"), form | {"confirmed": "on"}).status_code == 302
    assert Message.objects.get().stage_id == ana.stage_id
