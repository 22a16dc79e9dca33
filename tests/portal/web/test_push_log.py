"""The push log: codes with sentence and remedy, filters, pages by key, what viewers do not see."""

import csv
import io
from typing import Any

import pytest
from django.utils.html import escape

from players.models import Player
from portal.web import push_log
from portal.web.push_log import outcome_of
from portal.web.views import push_log as push_log_view
from protocol.dates import now_ms
from protocol.ids import new_id
from push.codes import CODES, OWN
from push.devices import register
from push.explaining import explain
from push.models import Device, OutboxPush, PushAttempt
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
URL = "/g/ours/preview/push/log/"
HOSTILE = '"><img src=x onerror=alert(1)>\u202e'


def device_of(people: People, name: str = "ada", device_os: str = "ios", **fields: Any) -> Device:
    player = Player.objects.create(stage=people.game.stage("preview"), user_name=name, **fields)
    token = {"ios": name.encode().hex().ljust(64, "0")}.get(device_os, f"token of {name}")
    return register(player, device_os, token)


def attempt(device: Device, code: str = "sent", **fields: Any) -> PushAttempt:
    given = {
        "stage": device.stage,
        "device_id": device.pk,
        "device_os": device.device_os,
        "player_id": device.player_id,
        "player_message_id": new_id(),
        "message_class": "FriendMessage",
        "provider": device.provider,
        "at_ms": now_ms(),
        **fields,
    }
    return PushAttempt.objects.create(code=code, **given)


def ask(people: People, role: str = "owner", status: int = 200, url: str = URL, **question: Any) -> str:
    answer = people.client(role).get(url, question)
    assert answer.status_code == status
    return str(answer.content.decode())


def rows_in(page: str) -> list[str]:
    return page.split("<tbody", 1)[1].split("<tr role")[1:] if "<tbody" in page else []


def test_an_attempt_is_shown_with_its_trace(people: People) -> None:
    device = device_of(people, display_name="Ada")
    words = "The token is not one of this environment."
    shown = attempt(device, "BadDeviceToken", detail=words, duration_ms=41)
    (row,) = rows_in(ask(people, "viewer"))
    assert f'href="/g/ours/preview/trace/?id={shown.player_message_id}">FriendMessage</a>' in row
    assert "<bdi>Ada</bdi>" in row
    assert f"ios <code>{device.masked_token}</code>" in row
    assert "✖</span> Failed</span> <code>BadDeviceToken</code>" in row
    assert words in row
    assert "If every device says so, the account is for another app" in row
    assert "41 ms" in row


@pytest.mark.parametrize("provider", list(CODES))
def test_every_code_has_its_sentence_and_its_remedy(people: People, provider: str) -> None:
    device, client = device_of(people), people.client("owner")
    codes = sorted({code.partition("/")[0] for code in (*OWN, *CODES[provider])})
    for at in range(0, len(codes), 50):
        PushAttempt.objects.all().delete()
        for code in codes[at : at + 50]:
            attempt(device, code, provider=provider)
        rows = rows_in(client.get(URL).content.decode())
        assert len(rows) == len(codes[at : at + 50])
        for code, row in zip(reversed(codes[at : at + 50]), rows, strict=True):
            words = explain(code, provider)
            assert f"<code>{code}</code>" in row
            assert escape(words.sentence) in row
            assert escape(words.remedy) in row or outcome_of(code, True) in ("sent", "sandbox")


@pytest.mark.parametrize(
    ("code", "permanent", "outcome", "word"),
    [
        ("sent", True, "sent", "Accepted"),
        ("sandbox", True, "sandbox", "Recorded"),
        ("coalesced", True, "coalesced", "Left with another"),
        ("suppressed_cap", True, "held", "Held back"),
        ("timeout", False, "again", "Tried again"),
        ("BadDeviceToken", True, "failed", "Failed"),
    ],
)
def test_an_outcome_filters_what_it_names(
    people: People, code: str, permanent: bool, outcome: str, word: str
) -> None:
    device = device_of(people)
    for each, final in (
        ("sent", True),
        ("sandbox", True),
        ("coalesced", True),
        ("suppressed_cap", True),
        ("timeout", False),
        ("BadDeviceToken", True),
    ):
        attempt(device, each, permanent=final)
    (row,) = rows_in(ask(people, outcome=outcome))
    assert f"{word}</span> <code>{code}</code>" in row
    assert outcome_of(code, permanent) == outcome


@pytest.mark.parametrize("by", ["provider", "code", "player", "user name", "device", "class", "copy"])
def test_a_filter_leaves_what_fits(people: People, by: str) -> None:
    ada, bo = device_of(people), device_of(people, "bo", "android")
    wanted = attempt(ada, "Unregistered", message_class="MatchFoundMessage")
    attempt(bo)
    question = {
        "provider": {"provider": "apns"},
        "code": {"code": "Unregistered"},
        "player": {"player": ada.player_id},
        "user name": {"player": "ada"},
        "device": {"device": ada.pk},
        "class": {"message": "MatchFoundMessage"},
        "copy": {"message": wanted.player_message_id},
    }[by]
    (row,) = rows_in(ask(people, **question))
    assert wanted.player_message_id in row


def test_attempts_of_the_other_stage_and_of_other_games_are_not_there(people: People) -> None:
    attempt(device_of(people))
    assert rows_in(ask(people, url="/g/ours/live/push/log/")) == []
    assert len(rows_in(ask(people))) == 1


def test_pages_hold_fifty_and_lead_on_by_key(people: People) -> None:
    device = device_of(people)
    made = [attempt(device, number=number) for number in range(1, 121)]
    first = ask(people, provider="apns")
    assert len(rows_in(first)) == 50
    assert f"?provider=apns&amp;before={made[70].pk}" in first
    attempt(device)  # a new one moves nothing
    second = ask(people, provider="apns", before=made[70].pk)
    assert rows_in(second)[0].count(made[69].player_message_id) == 1
    third = ask(people, provider="apns", before=made[20].pk)
    assert len(rows_in(third)) == 20
    assert 'rel="next"' not in third
    assert 'href="?provider=apns">Newest' in third


def test_the_database_is_asked_as_often_for_one_row_as_for_fifty(
    people: People, django_assert_num_queries: Any
) -> None:
    client = people.client("owner")
    for count in (1, 50):
        while PushAttempt.objects.count() < count:
            attempt(device_of(people, f"p{PushAttempt.objects.count()}"))
        with django_assert_num_queries(10):
            assert client.get(URL, {"provider": "apns"}).status_code == 200
        assert len(rows_in(ask(people))) == count


def test_a_rare_code_is_looked_for_so_far_and_then_further(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_log, "SEARCHED", 10)
    device = device_of(people)
    rare = attempt(device, "BadTopic")
    others = [attempt(device) for _ in range(15)]
    page = ask(people, code="BadTopic")
    assert rows_in(page) == []
    assert f"?code=BadTopic&amp;before={others[5].pk}" in page
    assert "Look further back" in page
    (row,) = rows_in(ask(people, code="BadTopic", before=others[5].pk))
    assert rare.player_message_id in row


def test_the_recorded_payload_is_for_editors(people: People) -> None:
    attempt(device_of(people), "sandbox", payload='{"aps": {"alert": "the words of it"}}')
    assert "the words of it" in ask(people, "editor")
    assert "the words of it" not in ask(people, "viewer")


def test_hostile_names_are_text(people: People) -> None:
    attempt(device_of(people, display_name=HOSTILE), "weird-code", detail=HOSTILE, payload='{"x": "\u202e"}')
    page = ask(people)
    assert "<img" not in page.replace('<img src="/static', "")
    assert "\\u202e" in page


def test_what_became_of_device_and_player_is_said(people: People) -> None:
    device = device_of(people)
    attempt(device, player_message_id="", message_class="TestPush")
    device.player.delete()
    (row,) = rows_in(ask(people))
    assert "deleted" in row
    assert "APNs, gone" in row
    assert "TestPush</th>" in row


def test_what_is_still_to_be_sent_is_counted(people: People) -> None:
    device = device_of(people)
    names = ("stage", "provider", "device_os", "player_id")
    for _ in range(2):
        OutboxPush.objects.create(
            **{name: getattr(device, name) for name in names},
            device_id=device.pk,
            player_message_id=new_id(),
            message_class="FriendMessage",
            payload="{}",
            created_ms=now_ms(),
            due_ms=now_ms(),
        )
    assert "2 pushes are still to be sent." in ask(people)


def test_an_empty_log_says_what_to_do(people: People) -> None:
    assert "No pushes yet." in ask(people)
    assert "No attempt is like that" in ask(people, code="BadTopic")
    assert 'role="alert"' in ask(people, status=422, code="a\0")


def test_codes_are_counted_with_their_remedies(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    device = device_of(people)
    attempt(device, "Unregistered")
    for _ in range(3):
        attempt(device)
    attempt(device_of(people, "bo", "android"), "UNAVAILABLE", permanent=False)
    page = ask(people, url=f"{URL}codes/")
    rows = rows_in(page)
    assert len(rows) == 3
    assert "<code>sent</code>" in rows[0]
    assert 'data-label="Attempts">3<' in rows[0]
    assert "provider=fcm&amp;code=UNAVAILABLE&amp;outcome=again" in page
    assert escape(explain("Unregistered", "apns").sentence) in page
    assert "All attempts that are kept." in page
    monkeypatch.setattr(push_log, "SEARCHED", 2)
    assert len(rows_in(ask(people, url=f"{URL}codes/"))) == 2


def test_the_filter_is_taken_away_as_csv(people: People) -> None:
    ada, bo = device_of(people), device_of(people, "bo", "android")
    attempt(bo, "UNAVAILABLE", permanent=False)
    wanted = attempt(ada, "Unregistered", detail="=HYPERLINK(1)", duration_ms=41, payload='{"secret": 1}')
    attempt(ada, message_class="@risky")
    text = ask(people, "admin", url=f"{URL[:-1]}.csv", provider="apns")
    head, *lines = csv.reader(io.StringIO(text))
    assert head[:3] == ["time", "player", "message"]
    assert [line[2:] for line in lines] == [
        ["'@risky", lines[0][3], "APNs", "ios", ada.pk, "Accepted", "sent", "", "1", "0"],
        [
            *("FriendMessage", wanted.player_message_id, "APNs", "ios", ada.pk),
            *("Failed", "Unregistered", "'=HYPERLINK(1)", "1", "41"),
        ],
    ]
    assert "secret" not in text
    assert 'role="alert"' in ask(people, url=f"{URL[:-1]}.csv", status=422, code="a\0")


def test_a_csv_has_so_many_lines_of_so_many_attempts(
    people: People, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(push_log, "MOST_LINES", 3)
    monkeypatch.setattr(push_log, "SEARCHED_FOR_CSV", 5)
    device, client = device_of(people), people.client("owner")
    rare = attempt(device, "BadTopic")
    for _ in range(4):
        attempt(device)
    url = f"{URL[:-1]}.csv"
    assert ask(people, url=url).count("\n") == 4
    assert rare.player_message_id in ask(people, url=url, code="BadTopic")
    attempt(device)
    assert rare.player_message_id not in ask(people, url=url, code="BadTopic")
    with django_assert_num_queries(7):
        client.get(url)


def test_new_attempts_are_counted_and_move_nothing(people: People) -> None:
    device = device_of(people)
    last = attempt(device)
    page = ask(people, provider="apns")
    tail = f"{URL}tail/?provider=apns&amp;after={last.pk}"
    assert f'hx-get="{tail}"' in page
    assert "push/log/tail" not in ask(people, before=last.pk + 1)
    asked = {"provider": "apns", "after": last.pk}
    assert "nothing new" in ask(people, url=f"{URL}tail/", **asked)
    attempt(device_of(people, "bo", "android"))
    for _ in range(12):
        attempt(device)
    fragment = ask(people, url=f"{URL}tail/", **asked)
    assert f'<a href="{URL}?provider=apns">12 new</a>' in fragment
    assert 'hx-trigger="every 5s"' in fragment
    paused = ask(people, url=f"{URL}tail/", paused=1, **asked)
    assert "Paused" in paused
    assert "hx-trigger" not in paused
    assert (
        ask(people, url=f"{URL}tail/", count=1, **asked).strip()
        == f'<a href="{URL}?provider=apns">12 new</a>'
    )


def test_so_many_new_ones_are_counted_and_no_more(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    device = device_of(people)
    for _ in range(6):
        attempt(device)
    monkeypatch.setattr(push_log, "MOST_NEW", 4)
    monkeypatch.setattr(push_log_view, "MOST_NEW", 4)
    assert ">4+ new</a>" in ask(people, url=f"{URL}tail/", after=0)
    monkeypatch.setattr(push_log, "SEARCHED", 3)
    assert ">3 new</a>" in ask(people, url=f"{URL}tail/", after=0)
