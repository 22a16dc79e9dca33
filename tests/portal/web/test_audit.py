"""The audit log of a game: what it shows, filters, pages and exports, and what it leaves alone."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from games.audit import record
from games.models import AuditEntry
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def entries(people: People) -> None:
    """Of a game without others."""
    AuditEntry.objects.all().delete()
    owner, admin = people.user("owner"), people.user("admin")
    record(owner, "message.changed", "FriendMessage", people.game, version=3, note="Shorter")
    record(admin, "push_account.set", "preview · apns", people.game, stage="preview", fields=["key", "topic"])
    record(None, "player.disconnect", "5f01", people.game, stage="live")
    record("canary", "broadcast.canary", "=1+1", people.game, stage="live", failed=0)


def lines(people: People, question: str = "", name: str = "admin") -> list[str]:
    """The rows as they read."""
    page = people.client(name).get(f"/g/ours/audit/{question}").content.decode()
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    read = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    return [re.split(r" ago | just now |^just now ", row, maxsplit=1)[1] for row in read]


ALL = [
    "canary broadcast: canary =1+1 LIVE failed 0",
    "console player: disconnect 5f01 LIVE –",
    "ours-admin push account: set preview · apns preview fields key, topic",
    "ours-owner message: changed FriendMessage – note Shorter version 3",
]


def test_every_change_is_a_line_the_newest_first(people: People) -> None:
    assert lines(people) == ALL


def test_the_log_of_a_game_has_no_other_ones(people: People) -> None:
    make_people("theirs")
    record(None, "user.password", "ours-owner")
    assert lines(people) == ALL


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("?who=OWNER", ALL[3:]),
        ("?kind=push", ALL[2:3]),
        ("?object=friend", ALL[3:]),
        ("?stage=live", ALL[:2]),
        ("?stage=live&kind=player", ALL[1:2]),
        ("?object=nowhere", []),
    ],
)
def test_filters_narrow_it(people: People, question: str, found: list[str]) -> None:
    assert lines(people, question) == found


def test_days_are_utc_and_the_last_one_counts(people: People) -> None:
    first, second, third, _ = AuditEntry.objects.order_by("-pk")
    for row, at in (
        (first, "2026-03-02T00:00:00+00:00"),
        (second, "2026-03-01T23:59:59+00:00"),
        (third, "2026-03-01T00:00:00+00:00"),
    ):
        AuditEntry.objects.filter(pk=row.pk).update(created=datetime.fromisoformat(at))
    assert lines(people, "?since=2026-03-01&until=2026-03-01") == ALL[1:3]
    assert lines(people, "?until=2026-02-28") == []
    assert people.client("admin").get("/g/ours/audit/?since=never").status_code == 422


def test_pages_have_fifty_lines_and_lead_on_with_the_filter(people: People) -> None:
    for number in range(60):
        record(people.user("owner"), "script.changed", f"script-{number:02}", people.game)
    client = people.client("owner")
    page = client.get("/g/ours/audit/?kind=script.").content.decode()
    (older,) = re.findall(r'href="(\?[^"]*before=\d+)"', page)
    assert page.count("script-") == 50
    rest = client.get("/g/ours/audit/" + older.replace("&amp;", "&")).content.decode()
    assert re.findall(r"script-\d\d", rest) == [f"script-{number:02}" for number in range(9, -1, -1)]
    assert "before=" not in rest


def test_export_has_what_the_filter_finds_and_no_formulas(people: People) -> None:
    answer = people.client("admin").get("/g/ours/audit.csv?stage=live")
    assert answer["Content-Disposition"] == 'attachment; filename="ours-audit.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == ["time", "who", "action", "object", "stage", "detail"]
    assert [row[1:] for row in rows[1:]] == [
        ["canary", "broadcast.canary", "'=1+1", "live", "failed: 0"],
        ["console", "player.disconnect", "5f01", "live", ""],
    ]
    at = datetime.fromisoformat(rows[1][0])
    assert timezone.now() - at < timedelta(minutes=5)


def test_what_people_wrote_is_shown_as_text(people: People) -> None:
    record(None, "message.changed", '"><img src=x>', people.game, note="a\u202eb</td>")
    page = people.client("admin").get("/g/ours/audit/").content.decode()
    assert "<img src=x" not in page
    assert "&quot;&gt;&lt;img src=x&gt;" in page
    assert "a\\u202eb&lt;/td&gt;" in page


def test_audit_asks_the_database_as_often_for_many(people: People, django_assert_num_queries: Any) -> None:
    client = people.client("owner")
    for count in (4, 50):
        while AuditEntry.objects.count() < count:
            record(people.user("owner"), "script.changed", "x", people.game)
        with django_assert_num_queries(5):
            assert client.get("/g/ours/audit/").status_code == 200
