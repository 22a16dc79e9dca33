"""How pages say when something was: words beside now, and the moment itself in the tooltip."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template

from games.models import User
from portal.templatetags.times import exact, relative

ATTRIBUTE = re.compile(r"aria-label=|visually-hidden")  # words alone, to tell controls apart
TEMPLATES = Path(__file__).parents[3] / "templates/portal"
AXES = {TEMPLATES / "overview/charts.html"}  # where moments stand along a chart, each beside the next
AT = datetime(2026, 3, 29, 1, 30, 5, 999_000, UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1\N{NO-BREAK SPACE}minute ago"),
        (3 * 3600 + 1800, "3\N{NO-BREAK SPACE}hours ago"),
        (400 * 86400, "1\N{NO-BREAK SPACE}year ago"),
        (-59, "just now"),
        (-60, "in 1\N{NO-BREAK SPACE}minute"),
        (-14 * 86400, "in 2\N{NO-BREAK SPACE}weeks"),
    ],
)
def test_a_moment_is_said_in_words_beside_now(seconds: int, words: str) -> None:
    assert relative(AT, AT + timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", "29 Mar 2026 01:30:05 UTC"),
        ("Europe/Berlin", "29 Mar 2026 01:30:05 UTC · 29 Mar 2026 03:30:05 UTC+02:00 (Europe/Berlin)"),
        ("America/New_York", "29 Mar 2026 01:30:05 UTC · 28 Mar 2026 21:30:05 UTC-04:00 (America/New_York)"),
        ("Gone/Zone", "29 Mar 2026 01:30:05 UTC"),
    ],
)
def test_the_tooltip_has_the_moment_in_utc_and_in_the_users_zone(zone: str, words: str) -> None:
    assert exact(AT, zone) == words


def test_the_tag_has_the_zone_of_who_looks() -> None:
    page = Template("{% load times %}{% time at offset=12 %}")
    assert page.render(Context({"at": AT, "user": User(time_zone="Asia/Tokyo")})) == (
        '<time datetime="2026-03-29T01:30:05+00:00" title="29 Mar 2026 01:30:05 UTC · '
        '29 Mar 2026 10:30:05 UTC+09:00 (Asia/Tokyo)">+12 ms</time>'
    )


def test_no_page_writes_a_time_another_way() -> None:
    by_hand = re.compile(r"<time|\|date:|\|timesince|\|timeuntil")
    found = {
        f"{file.relative_to(TEMPLATES)}:{number}"
        for file in set(TEMPLATES.rglob("*.html")) - AXES
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if by_hand.search(line) and not ATTRIBUTE.search(line)
    }
    assert found == set()
