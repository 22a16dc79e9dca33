"""Versions of segments and queries, and two people who save the same one."""

import pytest

from games.conflicts import Conflict
from games.models import Game, User
from games.saved_versions import number_of, version, versions
from players.models import SegmentQuery
from players.segment_history import QUERY, SEGMENT
from players.segment_settings import save_query, save_segment

pytestmark = pytest.mark.django_db
NAMED = {"name": "", "description": ""}
FR, DE = {"segment": "COUNTRY", "is": "FR"}, {"segment": "COUNTRY", "is": "DE"}


def test_each_save_that_changes_something_is_a_version(game: Game) -> None:
    ada = User.objects.create_user("ada")
    save_query(game, "FRENCH", ada, name="French", query=FR)
    save_query(game, "FRENCH", ada, name="French", query=FR)
    save_query(game, "FRENCH", None, name="French", query=DE)
    save_query(game, "OTHER", None, query=FR)
    found = versions(game, QUERY, "FRENCH")
    assert [(each.number, each.author, each.document["query"]) for each in found] == [
        (2, "console", DE),
        (1, "ada", FR),
    ]
    first = version(game, QUERY, "FRENCH", 1)
    assert first is not None
    assert first.document == {"name": "French", "description": "", "query": FR}
    assert version(game, QUERY, "FRENCH", 3) is version(game, QUERY, "FRENCH", 0) is None


def test_a_save_over_another_is_a_conflict_and_changes_nothing(game: Game) -> None:
    save_query(game, "FRENCH", None, query=FR, expected=0)
    save_query(game, "FRENCH", None, query=DE, expected=1)
    with pytest.raises(Conflict) as found:
        save_query(game, "FRENCH", None, query=FR, expected=1)
    assert found.value.number == 2
    assert SegmentQuery.objects.get().query == DE
    values = {"FR": {"name": "France", "description": "x"}}
    save_segment(game, "COUNTRY", None, values=values, expected=0)
    with pytest.raises(Conflict):
        save_segment(game, "COUNTRY", None, values={}, expected=0)
    assert number_of(game, SEGMENT, "COUNTRY") == 1
    kept = version(game, SEGMENT, "COUNTRY", 1)
    assert kept is not None
    assert kept.document["values"] == values
