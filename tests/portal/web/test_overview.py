"""The overview: figures of what was counted, charts with their tables, what needs somebody."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import transaction

from cloudcode.models import ScriptRun
from games.events import PlatformEvent
from games.models import Stage
from games.publishing import publish
from games.section_items import add_item
from games.signals import platform_event
from messaging.broadcasts import Pacing, start
from messaging.message_settings import message_type, save_version
from portal.web.overview_range import RANGES
from protocol.dates import now_ms
from protocol.ids import new_id
from protocol.run import Run
from push.models import ProviderAccount
from realtime.models import StageTally
from realtime.tally import (
    ATTEMPT,
    FAILED,
    LATENCY,
    LEFT,
    MINUTE_MS,
    OLDEST,
    ONLINE,
    OUTCOME,
    SCRIPT,
    SOCKET,
    STORED,
    WAITING,
    minute_of,
)
from realtime.tally_rows import HOUR_MS
from tests.portal.web.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]
Count = Callable[..., None]
PAGE = "/g/ours/preview/"


@pytest.fixture
def stage(people: People) -> Stage:
    return people.game.stage("preview")


@pytest.fixture
def counted(stage: Stage) -> Count:
    """`counted(STORED, "FriendMessage", number=3, ago=2)`: that many, so many minutes ago."""

    def add(
        measure: str, name: str = "", code: str = "", number: int = 1, ago: int = 1, span: str = "minute"
    ) -> None:
        size = MINUTE_MS if span == "minute" else HOUR_MS
        at_ms = now_ms() - ago * size
        StageTally.objects.create(
            stage=stage,
            span=span,
            at_ms=at_ms - at_ms % size,
            measure=measure,
            name=name,
            code=code,
            number=number,
        )

    return add


def text_of(page: str) -> str:
    """What is read of it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page))).strip()


def shown(people: People, address: str = PAGE, user: str = "viewer") -> str:
    answer = people.client(user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def tiles(page: str) -> dict[str, str]:
    found = re.findall(r"<dt>(.*?)</dt><dd><b>(.*?)</b> <span[^>]*>(.*?)</span>", page)
    return {text_of(name): f"{figure} {note}" for name, figure, note in found}


def table(page: str, key: str) -> tuple[list[str], list[list[str]]]:
    """The heads and the rows of a chart's table."""
    part = page[page.index(f'id="table-{key}"') :].partition("</table>")[0]
    heads = [text_of(each).removeprefix("■ ") for each in re.findall(r"<th scope=\"col\".*?</th>", part)]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", part)
    return heads, [[text_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def column(page: str, key: str, name: str) -> list[str]:
    heads, rows = table(page, key)
    return [row[heads.index(name)] for row in rows]


def test_figures_are_those_that_were_counted(people: People, counted: Count) -> None:
    counted(ONLINE, code="one", number=40, ago=0)
    counted(ONLINE, code="two", number=2, ago=0)
    counted(STORED, "FriendMessage", number=20)
    counted(STORED, "ChatMessage", number=5, ago=2)
    counted(LATENCY, "0.005", number=95)
    counted(LATENCY, "0.1", number=5)
    counted(WAITING, number=1234)
    counted(OLDEST, number=2 * 3600 * 1000)
    counted(ATTEMPT, "apns", "sent", number=3)
    counted(ATTEMPT, "apns", "BadDeviceToken")
    counted(ATTEMPT, "fcm", "sandbox", number=50)
    assert tiles(shown(people)) == {
        "Online players": "42 now",
        "Messages a minute": "5.0 last 5 minutes",
        "Delivery, 95 %": "5.0 ms last hour",
        "Waiting in inboxes": "1,234 a minute ago",
        "Push success": "75.0 % last hour",
        "Oldest undelivered": "2 h a minute ago",
    }


def test_figures_of_a_stage_without_any_say_so(people: People) -> None:
    page = shown(people)
    assert set(tiles(page).values()) == {
        *("0 now", "0 last 5 minutes", "– last hour", "0 a minute ago", "– a minute ago")
    }
    assert "No messages in this range" in page
    assert "send one from the Test Harness" not in page
    assert 'href="/g/ours/preview/harness/">send one from the Test Harness</a>' in shown(
        people, user="editor"
    )
    assert "<table" not in page


def test_figures_are_of_this_stage_alone(people: People, counted: Count) -> None:
    counted(STORED, "FriendMessage", number=20)
    other = make_people("theirs")
    for url, client in ((PAGE.replace("preview", "live"), people), (PAGE.replace("ours", "theirs"), other)):
        assert "FriendMessage" not in shown(client, url)
    assert "FriendMessage" in shown(people)


def test_a_chart_is_a_table_with_a_sentence(people: People, counted: Count) -> None:
    counted(STORED, "FriendMessage", number=20)
    counted(STORED, "ChatMessage", number=5, ago=3)
    page = shown(people)
    heads, rows = table(page, "messages")
    assert heads == ["Time (UTC)", "FriendMessage", "ChatMessage"]
    assert len(rows) == 60
    assert [row[1:] for row in rows[:5]] == [["0", "0"], ["20", "0"], ["0", "0"], ["0", "5"], ["0", "0"]]
    at = datetime.fromtimestamp(minute_of(now_ms() - MINUTE_MS) / 1000, UTC)
    assert rows[1][0] == f"{at.day} {at:%b %H:%M}"
    assert "25 messages; most of FriendMessage (20). Busiest" in text_of(page)
    assert 'role="img" aria-label="Messages by class, each minute: 25 messages; most of' in page


def test_the_rarest_of_many_classes_are_the_others(people: People, counted: Count) -> None:
    for number in range(9):
        counted(STORED, f"ScriptMessage_N{number}", number=100 - number)
    heads, rows = table(shown(people), "messages")
    assert heads == ["Time (UTC)", *(f"ScriptMessage_N{number}" for number in range(7)), "Other"]
    assert rows[1][-1] == str(93 + 92)


def test_outcomes_peaks_failures_and_latencies_have_charts(people: People, counted: Count) -> None:
    counted(OUTCOME, "FriendMessage", SOCKET, number=7)
    counted(OUTCOME, "ChatMessage", SOCKET, number=2)
    counted(OUTCOME, "FriendMessage", LEFT, number=3)
    counted(OUTCOME, "FriendMessage", FAILED, number=1)
    counted(ONLINE, code="one", number=4, ago=2)
    counted(ONLINE, code="two", number=5, ago=2)
    counted(ATTEMPT, "apns", "BadDeviceToken", number=6)
    counted(ATTEMPT, "apns", "sent", number=60)
    counted(LATENCY, "0.01", number=100)
    page = shown(people)
    assert [column(page, "outcomes", name)[1] for name in ("Delivered", "Left waiting", "Push failed")] == [
        *("9", "3", "1")
    ]
    assert column(page, "online", "Players")[:4] == ["0", "0", "9", "0"]
    assert table(page, "failures")[0] == ["Time (UTC)", "APNs BadDeviceToken"]
    assert column(page, "failures", "APNs BadDeviceToken")[1] == "6"
    assert column(page, "latency", "95 %")[:2] == ["–", "9.8"]
    for sentence in (
        "9 delivered, 3 left waiting, 1 push failed.",
        "At most 9 at once,",
        "6 failed attempts; most of APNs BadDeviceToken (6).",
        "50 % within 7.5 ms, 95 % within 9.8 ms, 99 % within 10.0 ms, of 100.",
    ):
        assert sentence in text_of(page)
    assert 'href="/g/ours/preview/push/log/?outcome=failed"' in page


@pytest.mark.parametrize(
    ("name", "span", "ago"), [("24h", "minute", 100), ("7d", "hour", 30), ("30d", "hour", 300)]
)
def test_each_range_is_read_from_rows_of_its_size(
    people: People, counted: Count, name: str, span: str, ago: int
) -> None:
    counted(STORED, "FriendMessage", number=6, ago=ago, span=span)
    counted(STORED, "FriendMessage", number=500, span="hour" if span == "minute" else "minute")
    page = shown(people, f"{PAGE}?range={name}")
    values = column(page, "messages", "FriendMessage")
    assert len(values) == RANGES[name].count
    assert sorted(values)[-1] == "6"
    assert sum(map(int, values)) == 6
    assert f'href="?range={name}" aria-current="true"' in page


def test_the_range_before_is_compared_with(people: People, counted: Count) -> None:
    counted(STORED, "FriendMessage", number=20)
    counted(STORED, "FriendMessage", number=15, ago=61)
    counted(LATENCY, "0.01", number=10, ago=61)
    counted(LATENCY, "0.1", number=10)
    assert "Before" not in shown(people)
    page = shown(people, f"{PAGE}?compare=1")
    assert table(page, "messages")[0] == ["Time (UTC)", "FriendMessage", "Before"]
    assert column(page, "messages", "Before")[1] == "15"
    assert tiles(page)["Delivery, 95 %"] == "98 ms last hour; before 9.8 ms"


def test_parts_ask_again_unless_they_are_paused(people: People, counted: Count) -> None:
    counted(STORED, "FriendMessage")
    page = shown(people, f"{PAGE}?range=24h")
    assert 'hx-get="/g/ours/preview/overview/tiles/?range=24h" hx-trigger="every 5s"' in page
    assert 'hx-get="/g/ours/preview/overview/charts/?range=24h" hx-trigger="every 10s"' in page
    assert "overview/tiles" not in shown(people, f"{PAGE}?range=24h&live=0")
    part = shown(people, f"{PAGE}overview/charts/?range=24h")
    assert part in page
    assert "<html" not in part


def test_publishes_are_marks(people: People) -> None:
    publish(people.game, people.user("owner"), "Winter")
    page = text_of(shown(people))
    assert re.search(
        r"Marked on the charts P \d+ \w+ \d\d:\d\d UTC Published: Winter by ours-owner P .* Published: Empty",
        page,
    )


def marks(page: str) -> list[str]:
    """Without their times."""
    part = page.partition('id="marks"')[2].partition("</section>")[0]
    lines = [text_of(each) for each in re.findall(r"<li>.*?</li>", part, re.DOTALL)]
    return [re.sub(r" \d+ \w+ \d\d:\d\d UTC", "", each) for each in lines]


def test_broadcasts_are_marks_that_lead_to_their_trace(people: People, stage: Stage) -> None:
    event = PlatformEvent(stage.pk, "ScriptMessage", {"data": {}}, everybody=True)
    with transaction.atomic():
        started = start(Run(), event, stage, Pacing(), people.user("admin"))
        platform_event.send(sender="test", run=Run(), event=event)
    page = shown(people)
    assert [each for each in marks(page) if each.startswith("B")] == ["B Broadcast: ScriptMessage"]
    assert f'href="/g/ours/preview/trace/?id={started.id}"><bdi>ScriptMessage</bdi></a>' in page
    assert "Broadcast:" not in shown(people, PAGE.replace("preview", "live"))


def test_minutes_in_which_scripts_failed_are_marks(people: People, counted: Count) -> None:
    for name, code, number, ago in (
        ("event/HIT", "ERROR", 2, 3),
        ("event/HIT", "TIMEOUT", 1, 3),
        ("system/EVERY_HOUR", "ERROR", 1, 3),
        ("event/MISS", "ERROR", 1200, 5),
        ("event/OLD", "ERROR", 1, 61),
    ):
        counted(SCRIPT, name, code, number=number, ago=ago)
    assert [each for each in marks(shown(people)) if each.startswith("S")] == [
        "S Scripts failed: event/HIT (3), system/EVERY_HOUR (1)",
        "S Scripts failed: event/MISS (1,200)",
    ]


def day(ago: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=ago)).isoformat()


def test_chosen_days_are_shown_by_the_hour_or_by_six(people: People, counted: Count) -> None:
    counted(STORED, "FriendMessage", number=6, ago=48, span="hour")
    for first, last, rows in ((2, 2, 24), (9, 2, 8 * 24), (20, 2, 19 * 4)):
        page = shown(people, f"{PAGE}?range=days&from={day(first)}&to={day(last)}")
        values = column(page, "messages", "FriendMessage")
        assert (len(values), sum(map(int, values))) == (rows, 6)
    assert f'name="from" value="{day(20)}"' in page
    again = f"?range=days&amp;from={day(20)}&amp;to={day(2)}"
    assert f'hx-get="/g/ours/preview/overview/charts/{again}"' in page
    assert f'href="{again}&amp;compare=1">Compare with the 19 days before</a>' in page
    assert 'href="?range=24h"' in page


@pytest.mark.parametrize(("first", "last"), [("", ""), ("x", "y"), (0, -1), (1, 2), (62, 60)])
def test_days_that_cannot_be_shown_are_the_usual_range(
    people: People, first: int | str, last: int | str
) -> None:
    asked = [day(each) if isinstance(each, int) else each for each in (first, last)]
    assert 'href="?range=1h" aria-current="true"' in shown(
        people, f"{PAGE}?range=days&from={asked[0]}&to={asked[1]}"
    )


@pytest.mark.parametrize(("name", "words"), [("1h", "the hour before"), ("7d", "the 7 days before")])
def test_the_range_to_compare_with_is_named(people: People, name: str, words: str) -> None:
    assert f">Compare with {words}</a>" in shown(people, f"{PAGE}?range={name}")


@pytest.fixture
def failing(stage: Stage) -> ProviderAccount:
    return ProviderAccount.objects.create(
        stage=stage,
        provider="apns",
        credentials="",
        state="failing",
        expires_on=datetime.now(UTC).date() + timedelta(days=10),
    )


def needs(page: str) -> list[str]:
    part = page[page.index('id="needs"') :].partition("</section>")[0]
    return [text_of(each) for each in re.findall(r"<li>.*?</li>", part, re.DOTALL)]


def test_what_needs_somebody_is_listed_with_the_way_there(
    people: People, stage: Stage, failing: ProviderAccount
) -> None:
    game = people.game
    publish(game, None, "First")
    save_version(message_type(game, "FriendMessage"), {"template": "${whoo} wrote"}, None)
    for outcome, ago in (("ERROR", 0), ("TIMEOUT", 1), ("DONE", 0), ("ERROR", 25 * 3600 * 1000)):
        ScriptRun.objects.create(
            id=new_id(),
            stage=stage,
            at_ms=now_ms() - ago,
            script="event/HIT",
            outcome=outcome,
            took_ms=1,
            calls=0,
        )
    page = shown(people)
    on = failing.expires_on
    assert needs(page) == [
        "✖ Failing APNs: the provider does not answer: pushes wait, and one at a time tries whether it is "
        "back. Open APNs",
        f"△ Look APNs: Expires in 10 days, on {on}: the credentials. Set the account again with new ones; "
        "the old ones send on until the provider takes those. Renew APNs",
        "✖ Failing Scripts failed within a day: event/HIT (2).",
        "△ Look 1 message with warnings: FriendMessage. Show",
        "△ Look Not on LIVE yet: Messages: 1 added. What differs",
    ]
    for url in ("preview/push/apns/", "messages/?only=warnings", "snapshots/diff/"):
        assert f'href="/g/ours/{url}"' in page


def test_all_that_publishing_would_change_is_not_on_live_yet(people: People) -> None:
    game = people.game
    publish(game, None, "First")
    assert "Needs attention" not in shown(people)
    add_item(game, "events", {"shortCode": "HIT", "name": "Hit"}, None)
    save_version(message_type(game, "FriendMessage"), {"template": "Hi"}, None)
    sentence = "△ Look Not on LIVE yet: Messages: 1 added; Events: 1 added. What differs"
    assert needs(shown(people)) == [sentence]
    assert needs(shown(people)) == [sentence]
    publish(game, None, "Second")
    assert "Needs attention" not in shown(people)


def test_nothing_is_said_where_nothing_needs_anybody(people: People) -> None:
    assert "Needs attention" not in shown(people)


def test_the_way_to_the_first_publish_is_shown_until_then(people: People) -> None:
    people.game.stages.filter(name="live").update(snapshot=None)
    people.game.snapshots.all().delete()
    page = text_of(shown(people))
    for step in (
        "○ Open Push credentials of LIVE are verified",
        "○ Open Some message has texts of your own",
        "○ Open A snapshot is taken",
        "✔ Done Two people may administer the game",
    ):
        assert step in page
    save_version(message_type(people.game, "FriendMessage"), {"template": "Hi", "expireAfterHours": 1}, None)
    page = text_of(shown(people))
    assert "✔ Done Some message has texts of your own ✔ Done Some message's expiry was reviewed" in page
    publish(people.game, None, "First")
    assert "Before the first publish" not in shown(people)


def test_the_page_asks_the_database_as_often_for_much(
    people: People, counted: Count, django_assert_num_queries: Any
) -> None:
    client = people.client("viewer")
    client.get(PAGE)
    for rows in (1, 50):
        for number in range(rows):
            counted(STORED, f"ScriptMessage_N{rows}X{number}")
            counted(ATTEMPT, "apns", f"Code{rows}X{number}")
            counted(SCRIPT, f"event/N{rows}X{number}", "ERROR")
        with django_assert_num_queries(19):
            assert client.get(f"{PAGE}?compare=1").status_code == 200


def test_names_that_attack_are_text(people: People, counted: Count) -> None:
    counted(ATTEMPT, "apns", '"><img src=x onerror=alert(1)>')
    page = shown(people)
    assert "<img src=x" not in page
    assert "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" in page
