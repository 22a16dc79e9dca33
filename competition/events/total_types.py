"""What is counted of a game's events: the section `runningTotals`, with each event's own total (§2)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from competition.events.filters import Filter, read_filter
from competition.events.types import EventType
from games.config_store import configs


@dataclass(frozen=True, slots=True)
class Collector:
    """`name` is the wire's: `SCORE` in an event's own total, `SUM-SCORE` in a custom one (§2.6)."""

    name: str
    attribute: str
    calculation: str
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class TotalType:
    """A player's total, or with a `team_type` that of every team of the type the player is in.

    `group_by` are attributes: a record for each of their values. `implicit`: the event's own, named after it.
    """

    code: str
    event: str
    team_type: str | None = None
    group_by: tuple[str, ...] = ()
    collectors: tuple[Collector, ...] = ()
    implicit: bool = False

    def collector(self, attribute: str, calculation: str | None = None) -> Collector | None:
        """The first of the attribute; of that calculation, if one is named. An unfiltered one comes first."""
        found = [
            each
            for each in self.collectors
            if each.attribute == attribute and calculation in (None, each.calculation)
        ]
        return min(found, key=lambda each: each.filter is not None) if found else None


@dataclass(frozen=True, slots=True)
class TotalTypes:
    by_code: Mapping[str, TotalType]
    of_event: Mapping[str, tuple[TotalType, ...]]


def total_types(stage_id: int) -> TotalTypes:
    types: TotalTypes = configs.current(stage_id).sections["runningTotals"]
    return types


def read_types(items: Iterable[Mapping[str, Any]], events: Mapping[str, EventType]) -> TotalTypes:
    """From complete data of the section. Each event's own total comes before the custom ones."""
    own = [_implicit(event) for event in events.values() if has_total(event)]
    totals = own + [_custom(item) for item in items]
    of_event: dict[str, list[TotalType]] = {}
    for total in totals:
        of_event.setdefault(total.event, []).append(total)
    return TotalTypes(
        {total.code: total for total in totals}, {code: tuple(each) for code, each in of_event.items()}
    )


def has_total(event: EventType) -> bool:
    """An event with an attribute that is not for scripts alone (§1.6)."""
    return any(each.aggregation != "script" for each in event.attributes.values())


def _implicit(event: EventType) -> TotalType:
    counted = [each for each in event.attributes.values() if each.aggregation not in ("script", "grouped")]
    return TotalType(
        code=event.code,
        event=event.code,
        group_by=tuple(each.code for each in event.attributes.values() if each.aggregation == "grouped"),
        collectors=tuple(Collector(each.code, each.code, each.aggregation) for each in counted),
        implicit=True,
    )


def _custom(item: Mapping[str, Any]) -> TotalType:
    return TotalType(
        code=item["shortCode"],
        event=item["event"],
        team_type=item["teamType"],
        group_by=tuple(item["groupBy"]),
        collectors=_collectors(item["collectors"]),
    )


def _collectors(items: Iterable[Mapping[str, Any]]) -> tuple[Collector, ...]:
    """Where several would have one name, those with a filter are told apart by it (§2.6)."""
    read = [(each, read_filter(each["filter"])) for each in items]
    names = Counter(_name(each) for each, _ in read)
    return tuple(
        Collector(
            _name(each) + (suffix(filter_) if names[_name(each)] > 1 else ""),
            each["attribute"],
            each["calculation"],
            filter_,
        )
        for each, filter_ in read
    )


def _name(item: Mapping[str, Any]) -> str:
    return f"{item['calculation'].upper()}-{item['attribute']}"


def suffix(filter_: Filter | None) -> str:
    """`-gt-10`."""
    return "" if filter_ is None else f"-{filter_.op}-{filter_.value}"
