"""A game's achievements, ready to use: the section `achievements` of its configuration (§4.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from competition.achievements.data import Datum, datum_of
from competition.events.filters import Filter
from competition.events.total_types import TotalType
from competition.goods.catalogue import VirtualGood
from competition.goods.currencies import Amounts, amounts
from competition.leaderboards.types import BoardType
from games.config_store import configs


@dataclass(frozen=True, slots=True)
class Trigger:
    datum: Datum
    filter: Filter


@dataclass(frozen=True, slots=True)
class AchievementType:
    """`board` None: only by a call. Whatever it is triggered by, a call may award it too (§4.6)."""

    code: str
    name: str = ""
    description: str = ""
    currencies: Amounts = field(default_factory=dict)
    good: VirtualGood | None = None
    repeatable: bool = False
    board: str | None = None
    triggers: tuple[Trigger, ...] = ()
    property_set: str | None = None


def achievements(stage_id: int) -> Mapping[str, AchievementType]:
    """By short code."""
    known: Mapping[str, AchievementType] = configs.current(stage_id).sections["achievements"]
    return known


def achievements_of_board(stage_id: int, board: str) -> Iterator[AchievementType]:
    return (each for each in achievements(stage_id).values() if each.board == board)


def read_achievement(
    item: Mapping[str, Any],
    boards: Mapping[str, BoardType],
    totals: Mapping[str, TotalType],
    goods: Mapping[str, VirtualGood],
) -> AchievementType:
    """`item` is complete, and its references hold."""
    board = boards.get(item["leaderboard"])
    return AchievementType(
        code=item["shortCode"],
        name=item["name"],
        description=item["description"],
        currencies=amounts(item["currencyAwards"]),
        good=goods.get(item["virtualGood"]),
        repeatable=item["repeatable"],
        board=item["leaderboard"],
        triggers=tuple(_triggers(item["triggers"], board, totals)) if board else (),
        property_set=item["propertySet"],
    )


def _triggers(
    items: list[dict[str, Any]], board: BoardType, totals: Mapping[str, TotalType]
) -> Iterator[Trigger]:
    for item in items:
        datum = datum_of(item["data"], board, totals)
        assert datum is not None, f"{item['data']} is no datum of {board.code}"  # the section was validated
        yield Trigger(datum, Filter(item["op"], item["value"]))
