"""From the game document's `leaderboards` to `BoardType`s."""

from collections.abc import Mapping
from typing import Any

from competition.events.filters import read_filter
from competition.events.total_types import TotalType
from competition.leaderboards.types import KEYS, BoardField, BoardType


def read_board(item: Mapping[str, Any], totals: Mapping[str, TotalType]) -> BoardType:
    """`item` is complete, and its references hold."""
    fields: list[BoardField] = []
    for raw in item["fields"]:
        fields.append(_field(raw, totals[raw["runningTotal"]], {field.name for field in fields}))
    return BoardType(
        code=item["shortCode"],
        name=item["name"],
        description=item["description"],
        team_type=item["teamType"],
        update=item["updateFrequency"],
        reset=item["resetFrequency"],
        tells_high_scores=item["highScoreNotifications"],
        tells_social=item["socialNotifications"],
        tells_top_n=item["topNNotifications"],
        top_n=item["topN"],
        fields=tuple(fields),
        property_set=item["propertySet"],
    )


def _field(raw: Mapping[str, Any], total: TotalType, taken: set[str]) -> BoardField:
    """Two fields of one name are told apart by the second's total, as its selector does (§2.6)."""
    source, rides_along = _source(raw, total)
    return BoardField(
        name=source if source not in taken else f"{total.code}.{source}",
        total=total.code,
        source=source,
        attribute=raw["collector"],
        sort="none" if rides_along else raw["sort"],
        group=raw["group"],
        filter=read_filter(raw["filter"]),
    )


def _source(raw: Mapping[str, Any], total: TotalType) -> tuple[str, bool]:
    """The name by which the total's records hold the value, and whether it has no part in the rank whatever
    its sort says (§3.1.5)."""
    attribute, calculation = raw["collector"], raw["calculation"]
    collector = total.collector(attribute, calculation) or total.collector(attribute)
    is_grouped = attribute in total.group_by and (calculation is None or raw["group"] in KEYS)
    if is_grouped or collector is None:
        return attribute, False
    return collector.name, collector.calculation == "supplemental"
