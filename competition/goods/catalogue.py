"""A game's virtual goods: the section `virtualGoods` of its configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from competition.goods.currencies import Amounts, amounts
from games.config_store import configs


@dataclass(frozen=True, slots=True)
class VirtualGood:
    """`prices` holds the currencies that it is sold for: a price of 0 is none, so that what is meant for a
    store alone is not given away.

    `pack`: of currencies, not kept but turned into `awards` at once. `most` 0 is no limit.
    """

    code: str
    name: str
    description: str
    pack: bool
    most: int
    tags: tuple[str, ...]
    prices: Amounts
    awards: Amounts
    disabled: bool
    property_set: str | None = None


def read_good(item: Mapping[str, Any]) -> VirtualGood:
    return VirtualGood(
        code=item["shortCode"],
        name=item["name"],
        description=item["description"],
        pack=item["type"] == "currency",
        most=item["maxQuantity"],
        tags=tuple(item["tags"]),
        prices=amounts(item["prices"]),
        awards=amounts(item["awards"]),
        disabled=item["disabled"],
        property_set=item["propertySet"],
    )


def goods(stage_id: int) -> Mapping[str, VirtualGood]:
    """By short code."""
    known: Mapping[str, VirtualGood] = configs.current(stage_id).sections["virtualGoods"]
    return known
