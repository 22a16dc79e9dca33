"""Running totals by competition-rules.md §2: what is counted, for whom, and in which records."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from competition.events.posting import Posted
from competition.models import TotalRecord
from competition.owners import Owner
from games.models import Stage
from players.models import Player

pytestmark = pytest.mark.django_db

Configure = Callable[..., Stage]
Log = Callable[..., Posted]


def event(*attributes: tuple[str, str, str]) -> dict[str, Any]:
    """Short code, type and aggregation of each."""
    return {
        "shortCode": "SCORE",
        "attributes": [
            {"shortCode": code, "type": kind, "aggregation": aggregation}
            for code, kind, aggregation in attributes
        ],
    }


def total(code: str = "RT", *collectors: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    """Attribute, calculation, operator and value of each collector."""
    names = ("attribute", "calculation", "op", "value")
    read = [dict(zip(names, each, strict=False)) for each in collectors]
    return {
        "shortCode": code,
        "event": "SCORE",
        "collectors": [
            {
                "attribute": each["attribute"],
                "calculation": each["calculation"],
                "filter": {"op": each["op"], "value": each.get("value")} if "op" in each else None,
            }
            for each in read
        ],
        **more,
    }


def records() -> list[tuple[Any, ...]]:
    """Total, owner, group and values of each record, the oldest first."""
    rows = TotalRecord.objects.select_related("player", "team").order_by("id")
    return [
        (row.total, str(row.player or row.team), json.loads(row.grouped), json.loads(row.counted))
        for row in rows
    ]


def test_each_aggregation_of_an_events_own_total(configure: Configure, log: Log, ana: Player) -> None:
    kinds = ("max", "min", "sum", "count", "last", "supplemental")
    configure(events=[event(*((kind.upper(), "number", kind) for kind in kinds), ("X", "number", "script"))])
    for value in (5, 9, 2):
        log(ana, "SCORE", {**{kind.upper(): value for kind in kinds}, "X": 1})
    values = {"MAX": 9, "MIN": 2, "SUM": 16, "COUNT": 3, "LAST": 2, "SUPPLEMENTAL": 2}
    assert records() == [("SCORE", "Ana", {}, values)]


def test_a_post_says_what_it_changed(configure: Configure, log: Log, ana: Player) -> None:
    configure(events=[event(("S", "number", "max"))])
    (first,) = log(ana, "SCORE", {"S": 5}).totals
    (second,) = log(ana, "SCORE", {"S": 3}).totals
    assert (first.total, first.owner, first.group) == ("SCORE", Owner(player_id=ana.pk), {})
    assert (first.before, first.after, first.posted) == (None, {"S": 5}, {"S": 5})
    assert (second.before, second.after, second.posted) == ({"S": 5}, {"S": 5}, {"S": 3})
