"""Each leaf of a query for one player, and about how many players it holds for."""

from collections.abc import Callable
from typing import Any

import pytest

from players import query_answers
from players.facts import Recipient
from players.models import Player
from players.query_answers import Estimate, answered, estimate, first_look, words_of
from players.segment_queries import compile_query

ANA = Recipient(
    "5f2a9c1d4b7e8f0011223355",
    "ana",
    "Ana",
    country="FR",
    last_seen_ms=1000,
    segments={"LANGUAGE": "FR"},
    script_data={"level": {"now": 7}},
    loaded={"deviceOS": {"web", "ios"}, "online": True},
)


@pytest.mark.parametrize(
    ("leaf", "words", "holds", "actual"),
    [
        ({"segment": "LANGUAGE", "is": "FR"}, "segment LANGUAGE is FR", True, "FR"),
        ({"segment": "TIER", "is": "GOLD"}, "segment TIER is GOLD", False, None),
        ({"field": "country", "op": "ne", "value": "FR"}, "country is not FR", False, "FR"),
        ({"field": "country", "op": "in", "value": ["BE", "FR"]}, "country is one of BE, FR", True, "FR"),
        (
            {"field": "lastSeen", "op": "gte", "value": "-PT1S"},
            "lastSeen is at least -PT1S",
            True,
            "1970-01-01T00:00Z",
        ),
        (
            {"field": "scriptData.level.now", "op": "gt", "value": 9},
            "scriptData.level.now is above 9",
            False,
            7,
        ),
        (
            {"field": "scriptData.x", "op": "exists", "value": False},
            "scriptData.x does not exist",
            True,
            None,
        ),
        ({"field": "deviceOS", "op": "eq", "value": "ios"}, "deviceOS is ios", True, ["ios", "web"]),
        ({"field": "online", "op": "eq", "value": False}, "online is False", False, True),
    ],
)
def test_leaf_is_answered_with_what_the_player_has(
    leaf: dict[str, Any], words: str, holds: bool, actual: Any
) -> None:
    found = answered(leaf, ANA, now=1500)
    assert (found.kind, found.words, found.holds, found.actual) == ("leaf", words, holds, actual)
    assert words_of(leaf) == words


@pytest.mark.parametrize("kind", ["all", "any"])
def test_groups_agree_with_the_query_itself(kind: str) -> None:
    true = {"segment": "LANGUAGE", "is": "FR"}
    false = {"segment": "LANGUAGE", "is": "EN"}
    for parts in ([], [true], [false], [true, false], [{"not": false}], [{"all": [true, {"not": true}]}]):
        tree = {kind: parts}
        found = answered(tree, ANA)
        assert found.holds is compile_query(tree).matches(ANA)
        assert found.kind == kind
        assert len(found.parts) == len(parts)


@pytest.mark.django_db
def test_estimate_is_exact_where_there_is_time(
    add_player: Callable[..., Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_answers, "PAGE", 2)
    players = [add_player(f"p{n}", segments={"LANGUAGE": "FR" if n % 2 else "EN"}) for n in range(5)]
    query = compile_query({"segment": "LANGUAGE", "is": "FR"})
    assert estimate(players[0].stage_id, query, 60) == Estimate(2, 5, True)
    assert estimate(players[0].stage_id, query, 0) == Estimate(1, 2, False)


@pytest.mark.django_db
def test_first_look_counts_for_every_query_by_one_statement(
    stage: Any,
    add_player: Callable[..., Player],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    for number in range(3):
        add_player(f"p{number}", segments={"LANGUAGE": "FR" if number else "DE"})
    queries = {
        "FRENCH": compile_query({"segment": "LANGUAGE", "is": "FR"}),
        "GERMAN": compile_query({"segment": "LANGUAGE", "is": "DE"}),
    }
    with django_assert_num_queries(1):
        found = first_look(stage.pk, queries)
    assert found == {"FRENCH": Estimate(2, 3, True), "GERMAN": Estimate(1, 3, True)}
    monkeypatch.setattr(query_answers, "FIRST", 2)
    assert first_look(stage.pk, queries)["FRENCH"] == Estimate(1, 2, False)
    assert first_look(stage.pk, {}) == {}
