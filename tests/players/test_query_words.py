"""Segment queries as sentences."""

from typing import Any

import pytest

from players.query_words import sentence_of
from players.segment_queries import compile_query

FRENCH = "segment COUNTRY is FR"
FR = {"segment": "COUNTRY", "is": "FR"}
SEEN = {"field": "lastSeen", "op": "gte", "value": "-P7D"}
IOS = {"field": "deviceOS", "op": "eq", "value": "ios"}


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        (FR, "segment COUNTRY is FR"),
        ({"all": [FR, SEEN]}, "segment COUNTRY is FR, and last seen within 7 days"),
        ({"any": [FR, IOS]}, "segment COUNTRY is FR, or device is ios"),
        ({"all": []}, "everybody"),
        ({"any": []}, "nobody"),
        ({"not": FR}, "not (segment COUNTRY is FR)"),
        ({"not": {"any": [FR, IOS]}}, "none of (segment COUNTRY is FR; device is ios)"),
        ({"not": {"any": []}}, "none of (nobody)"),
        (
            {"all": [FR, {"any": [IOS, SEEN]}]},
            f"{FRENCH}, and (device is ios, or last seen within 7 days)",
        ),
        ({"all": [FR, {"any": [IOS]}]}, "segment COUNTRY is FR, and device is ios"),
        ({"field": "lastSeen", "op": "lt", "value": "-P30D"}, "last seen more than 30 days ago"),
        ({"field": "lastSeen", "op": "lte", "value": "-P2W"}, "last seen more than 2 weeks ago"),
        ({"field": "created", "op": "gt", "value": "-PT90M"}, "created within 90 minutes"),
        ({"field": "created", "op": "gt", "value": "-PT1H"}, "created within 1 hour"),
        ({"field": "created", "op": "gte", "value": "2026-01-31"}, "created since 2026-01-31"),
        ({"field": "lastSeen", "op": "exists", "value": False}, "last seen does not exist"),
        ({"field": "online", "op": "eq", "value": True}, "online"),
        ({"field": "online", "op": "ne", "value": True}, "not online"),
        ({"field": "displayName", "op": "contains", "value": "Ada"}, "display name contains Ada"),
        ({"field": "scriptData.level", "op": "gte", "value": 5}, "scriptData.level is at least 5"),
        ({"field": "country", "op": "in", "value": ["FR", "BE"]}, "country is one of FR, BE"),
    ],
)
def test_query_reads_as_a_sentence(tree: dict[str, Any], sentence: str) -> None:
    compile_query(tree)
    assert sentence_of(tree) == sentence
