"""The list of games."""

import pytest

from games.models import Collaborator
from games.publishing import create_game, publish
from tests.portal.web.people import People, make_people

pytestmark = pytest.mark.django_db


def test_games_shows_key_state_and_role(people: People) -> None:
    publish(people.game, None, "First")
    page = people.client("editor").get("/").content.decode()
    for text in ("<bdi>Game ours</bdi>", "<code>ours</code>", "published", "<td>Editor</td>"):
        assert text in page
    assert "not published" not in page
    assert 'href="/g/ours/messages/"' in page


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
    for count in (1, 3):
        while Collaborator.objects.filter(user=user).count() < count:
            game = create_game("Another", None)
            Collaborator.objects.create(game=game, user=user, role="viewer")
        with django_assert_num_queries(5):
            assert client.get("/").status_code == 200


def test_games_escapes_what_people_write(people: People) -> None:
    people.game.name = '"><img src=x onerror=alert(1)>'
    people.game.save()
    page = people.client("owner").get("/").content.decode()
    assert "<img src=x" not in page
    assert "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" in page
