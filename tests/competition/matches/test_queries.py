"""Custom queries: what they accept, and what is none."""

from typing import Any

import pytest

from competition.matches.queries import DEEPEST, InvalidQuery, read_query

DOCUMENT: dict[str, Any] = {
    "id": "pm",
    "skill": 12.5,
    "matchData": {"arena": "ice", "laps": 3, "rules": {"speed": 2}, "tags": ["fast", "night"], "none": None},
    "players": [
        {"playerId": "a", "skill": 10, "participantData": {"country": "UK", "level": 3}},
        {"playerId": "b", "skill": 15, "participantData": {"country": "US", "level": 7}},
    ],
}


@pytest.mark.parametrize(
    ("query", "accepted"),
    [
        ({}, True),
        ({"skill": 12.5}, True),
        ({"skill": {"$gt": 12, "$lt": 13}}, True),
        ({"skill": {"$gte": 12.5, "$lte": 12.5}}, True),
        ({"skill": {"$gt": "12"}}, False),
        ({"skill": "12.5"}, False),
        ({"matchData.laps": True}, False),
        ({"matchData.arena": {"$ne": "fire"}}, True),
        ({"matchData.nothing": {"$ne": "fire"}}, True),
        ({"matchData.nothing": None}, True),
        ({"matchData.none": None}, True),
        ({"matchData.arena": None}, False),
        ({"matchData.nothing": {"$exists": False}}, True),
        ({"matchData.none": {"$exists": True}}, True),
        ({"matchData.rules": {"speed": 2}}, True),
        ({"matchData.tags": "night"}, True),
        ({"matchData.tags": ["fast", "night"]}, True),
        ({"matchData.tags": ["night"]}, False),
        ({"matchData.tags.1": "night"}, True),
        ({"matchData.tags.2": "night"}, False),
        ({"matchData.tags": {"$size": 2}}, True),
        ({"matchData.tags": {"$all": ["night", "fast"]}}, True),
        ({"matchData.tags": {"$all": []}}, False),
        ({"matchData.tags": {"$in": ["day", "night"]}}, True),
        ({"matchData.tags": {"$nin": ["day", "night"]}}, False),
        ({"matchData.tags": {"$in": []}}, False),
        ({"matchData.laps": {"$mod": [2, 1]}}, True),
        ({"players.participantData.country": "US"}, True),
        ({"players.participantData.country": "FR"}, False),
        ({"players.0.participantData.country": "US"}, False),
        (
            {"players.participantData.level": {"$gt": 6, "$lt": 4}},
            True,
        ),  # by different players, as in MongoDB
        ({"players": {"$elemMatch": {"skill": 10, "participantData.level": 7}}}, False),
        ({"players": {"$elemMatch": {"skill": 15, "participantData.level": 7}}}, True),
        ({"matchData.tags": {"$elemMatch": {"$gt": "f", "$lt": "g"}}}, True),
        ({"$or": [{"skill": 1}, {"matchData.laps": 3}]}, True),
        ({"$nor": [{"skill": 1}, {"matchData.laps": 3}]}, False),
        ({"$and": [{"skill": 12.5}, {"matchData.laps": 4}]}, False),
        ({"skill": {"$not": {"$gt": 20}}}, True),
    ],
)
def test_a_query_accepts_what_mongodb_would_find(query: dict[str, Any], accepted: bool) -> None:
    assert read_query(query).accepts(DOCUMENT) is accepted


def nested(levels: int) -> dict[str, Any]:
    query: dict[str, Any] = {"skill": 1}
    for _ in range(levels):
        query = {"$and": [query]}
    return query


@pytest.mark.parametrize(
    "query",
    [
        {"$where": "sleep(1000)"},
        {"skill": {"$regex": "(a+)+$"}},
        {"skill": {"$gt": 1, "level": 2}},
        {"skill": {"$gt": True}},
        {"skill": {"$gt": [1]}},
        {"skill": {"$in": 1}},
        {"skill": {"$in": [1] * 101}},
        {"skill": {"$not": 1}},
        {"skill": {"$size": -1}},
        {"skill": {"$mod": [0, 1]}},
        {"skill": {"$exists": "yes"}},
        {"$or": []},
        {"$or": {}},
        {"$or": [1]},
        {"x" * 201: 1},
        {f"p{number}": 1 for number in range(101)},
        nested(DEEPEST + 1),
    ],
)
def test_what_is_no_query_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery):
        read_query(query)


def test_a_query_may_be_as_deep_as_the_deepest() -> None:
    assert read_query(nested(DEEPEST)).accepts({"skill": 1})
