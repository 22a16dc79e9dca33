"""The list of games."""

import re

import pytest

from games.models import Collaborator, Game
from games.publishing import create_game, publish
from protocol.dates import now_ms
from realtime.models import StageTally
from realtime.tally import MINUTE_MS, ONLINE, STORED, minute_of
from realtime.tally_rows import gather_hours
from tests.portal.web.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


def test_games_shows_key_state_and_role(people: People) -> None:
    publish(people.game, None, "First")
    page = people.client("editor").get("/").content.decode()
    for text in ("<bdi>Game ours</bdi>", "<code>ours</code>", "published", "<td>Editor</td>"):
        assert text in page
    assert "not published" not in page
    assert 'href="/g/ours/messages/"' in page


def count_minute(game: Game, stage: str, measure: str, code: str = "", number: int = 1, ago: int = 0) -> None:
    """So many, as many minutes ago."""
    at_ms = minute_of(now_ms()) - ago * MINUTE_MS
    counted = {"span": "minute", "at_ms": at_ms, "measure": measure, "name": "A", "code": code}
    StageTally.objects.create(stage=game.stage(stage), number=number, **counted)


def figures(page: str) -> list[str]:
    """Who is online and the messages of 24 hours, of the page's first game."""
    row = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)[1]
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)[1:3]]


def test_games_shows_who_is_online_and_the_messages_of_a_day_on_live(people: People) -> None:
    count_minute(people.game, "live", ONLINE, "one", 1200)
    count_minute(people.game, "live", ONLINE, "two", 34)
    count_minute(people.game, "live", STORED, number=5)
    count_minute(people.game, "live", STORED, number=4000, ago=23 * 60)
    count_minute(people.game, "live", STORED, number=100_000, ago=25 * 60)
    count_minute(people.game, "preview", STORED, number=100_000)
    gather_hours()
    page = people.client("viewer").get("/").content.decode()
    assert figures(page) == ["1,234", "4,005"]
    assert 'hx-get="/" hx-trigger="every 10s" hx-select="#games"' in page


def test_games_shows_figures_of_preview_until_it_is_published(people: People) -> None:
    people.game.stages.filter(name="live").update(snapshot=None)
    count_minute(people.game, "preview", ONLINE, "one", 2)
    count_minute(people.game, "preview", STORED, number=7)
    count_minute(people.game, "live", STORED, number=100_000)
    page = people.client("viewer").get("/").content.decode()
    assert figures(page) == ["2 on preview", "7 on preview"]


def test_games_shows_only_those_that_the_user_works_on(people: People) -> None:
    make_people("theirs")
    page = people.client("owner").get("/").content.decode()
    assert "theirs" not in page


def test_games_says_which_is_not_published(people: People) -> None:
    people.game.stages.filter(name="live").update(snapshot=None)
    assert "not published" in people.client("owner").get("/").content.decode()


def test_games_says_what_to_do_when_there_are_none(people: People) -> None:
    page = people.client("outsider").get("/").content.decode()
    assert "You work on no game yet." in page
    assert "ours-outsider" in page


def test_games_asks_the_database_as_often_for_many(people: People, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    client, user = people.client("owner"), people.user("owner")
    for count in (1, 50):
        while Collaborator.objects.filter(user=user).count() < count:
            game = create_game("Another", None)
            Collaborator.objects.create(game=game, user=user, role="viewer")
            count_minute(game, "live", STORED, number=3)
        with django_assert_num_queries(7):
            assert client.get("/").status_code == 200


def test_games_escapes_what_people_write(people: People) -> None:
    people.game.name = '"><img src=x onerror=alert(1)>'
    people.game.save()
    page = people.client("owner").get("/").content.decode()
    assert "<img src=x" not in page
    assert "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" in page
