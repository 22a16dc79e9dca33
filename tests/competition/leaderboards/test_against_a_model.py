"""Boards against a naive model: posts, ties, partitions, deletions and foldings in any order, and ranks after
each. The model is a list that is sorted whole; it knows nothing of the code that it judges.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from competition.events.posting import Posted
from competition.leaderboards import folding, instances, reading, removing
from competition.leaderboards.seeking import place_at
from competition.owners import Owner
from games.models import Stage
from players.models import Player
from tests.competition.events.conftest import NOW_MS
from tests.competition.leaderboards.conftest import board, country

pytestmark = pytest.mark.django_db

PLAYERS, COUNTRIES = 6, ("UK", "US")


@dataclass
class Model:
    """Best values of each player in each country: the higher one, then the earlier, then the lower id."""

    best: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def post(self, code: str, player: str, value: int, when: int) -> tuple[bool, int | None, int]:
        """Whether it is a high score, and the rank before and after."""
        before = self.rank(code, player)
        old = self.best.get((code, player))
        improved = old is None or value > old[0]
        if improved:
            self.best[code, player] = (value, when)
        now = self.rank(code, player)
        assert now is not None
        return improved, before, now

    def standing(self, code: str) -> list[str]:
        rows = [(-value, when, player) for (at, player), (value, when) in self.best.items() if at == code]
        return [player for _, _, player in sorted(rows)]

    def rank(self, code: str, player: str) -> int | None:
        standing = self.standing(code)
        return standing.index(player) + 1 if player in standing else None


WHO = st.integers(0, PLAYERS - 1)
OPERATIONS = st.one_of(
    st.tuples(st.just("post"), WHO, st.sampled_from(COUNTRIES), st.integers(-3, 3), st.booleans()),
    st.tuples(st.just("delete"), WHO, st.sampled_from(COUNTRIES)),
    st.tuples(st.just("fold")),
    st.tuples(st.just("rebuild"), st.sampled_from(COUNTRIES)),
)


@given(operations=st.lists(OPERATIONS, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_boards_are_as_a_naive_model_says(
    operations: list[tuple[Any, ...]],
    boards: Callable[..., Stage],
    log: Callable[..., Posted],
    add_player: Callable[..., Player],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folding, "BUCKET", 2)
    with transaction.atomic():
        fields = country(sort="desc", group="max"), country("COUNTRY", group="partition")
        stage = boards(board(*fields))
        players = [add_player(f"p{number}") for number in range(PLAYERS)]
        run(operations, stage, log, players)
        transaction.set_rollback(True)


def run(
    operations: list[tuple[Any, ...]], stage: Stage, log: Callable[..., Posted], players: list[Player]
) -> None:
    model, when = Model(), 0
    for operation in operations:
        match operation:
            case ("post", who, code, value, later):
                when += int(later)  # not later: several reach a value at one moment
                values = {"SCORE": value, "COUNTRY": code}
                (change,) = log(players[who], "HSWC", values, at_ms=NOW_MS + when).entries
                ranks = change.improved, change.standing.before, change.standing.now
                assert ranks == model.post(code, players[who].pk, value, when)
            case ("delete", who, code):
                instance = instances.find(stage.pk, f"HS.COUNTRY.{code}")
                if instance is not None:
                    removed = removing.delete_entries(instance, Owner(players[who].pk), with_totals=True)
                    assert removed == (model.best.pop((code, players[who].pk), None) is not None)
            case ("fold",):
                folding.fold_all()
            case ("rebuild", code):
                instance = instances.find(stage.pk, f"HS.COUNTRY.{code}")
                if instance is not None:
                    folding.rebuild(instance.pk)
        for code in COUNTRIES:
            check(stage, code, model.standing(code))


def check(stage: Stage, code: str, wanted: list[str]) -> None:
    instance = instances.find(stage.pk, f"HS.COUNTRY.{code}")
    if instance is None:
        assert wanted == []
        return
    found = reading.top(instance, 100)
    assert [entry.player_id for entry in found] == wanted
    assert reading.ranks_of(instance, found) == list(range(1, len(wanted) + 1))
    assert reading.count(instance) == len(wanted)
    at_each = [place_at(instance.pk, ahead) for ahead in range(len(wanted) + 1)]
    assert at_each == [*[entry.place for entry in found], None]
