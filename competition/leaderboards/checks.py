"""What the shape of `leaderboards` cannot say: which totals, attributes, groups and sorts go together (§3.1).

Nothing here is known to be well-formed: what has the wrong shape is passed over, since its fault is reported
already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from competition.events.filter_checks import check_filter
from competition.leaderboards.types import KEYS, NUMERIC, ORDERED
from games import references
from games.references import Document, items_of
from games.sections import Faults


@dataclass(frozen=True, slots=True)
class _Total:
    """What a field may say of a running total; `kinds` are its event's attributes with their types."""

    team_type: str | None
    group_by: frozenset[str]
    calculations: Mapping[str, frozenset[str]]
    kinds: Mapping[str, str]


def leaderboards(data: Any, faults: Faults, document: Document) -> None:
    references.leaderboards(data, faults, document)
    totals = dict(_totals(document))
    team_types = [None, *[each.get("shortCode") for _, each in items_of(document.get("teams"))]]
    for index, board in items_of(data):
        team_type = board.get("teamType")
        for place, field in items_of(board.get("fields")):
            total = totals.get(str(field.get("runningTotal")))
            here = faults.at(index).at("fields").at(place)
            if total is not None and team_type in team_types:
                _owner(total, team_type, here.at("runningTotal"))
            if total is not None:
                _field(field, total, here)


def _owner(total: _Total, team_type: str | None, faults: Faults) -> None:
    if total.team_type != team_type:
        whose = f"teams of type {total.team_type}" if total.team_type else "players"
        faults.add(f"counts for {whose}, as its leaderboard does not")


def _field(field: Mapping[str, Any], total: _Total, faults: Faults) -> None:
    code, calculation, group = (field.get(each) for each in ("collector", "calculation", "group"))
    made = total.calculations.get(str(code), frozenset())
    if code in total.group_by and calculation is None:
        if group not in (None, "none", *KEYS):
            faults.at("group").add("a grouped attribute is an id or a partition")
        return
    if isinstance(calculation, str) and made and calculation not in made:
        faults.at("calculation").add(f"the running total has no {calculation} of it")
    if group in KEYS and code not in total.group_by:
        faults.at("group").add(f"the running total is not grouped by it, so it is no {group}")
    elif group not in (None, "none", *KEYS) and not total.group_by:
        faults.at("group").add("the running total is not grouped")
    is_count = calculation == "count" or made == {"count"}  # a number, of whatever
    kind = "number" if is_count else total.kinds.get(str(code))
    _foldable(group, kind, faults.at("group"))
    check_filter(field.get("filter"), kind, faults.at("filter"))


def _foldable(group: Any, kind: str | None, faults: Faults) -> None:
    if group in NUMERIC and kind in ("string", "json"):
        faults.add(f"only numbers have a {group}")
    elif group in ORDERED and kind == "json":
        faults.add("JSON has no order")


def _totals(document: Document) -> Iterator[tuple[str, _Total]]:
    """The events' own, then the custom ones."""
    kinds: dict[str, dict[str, str]] = {}
    for _, event in items_of(document.get("events")):
        attributes = [each for _, each in items_of(event.get("attributes"))]
        code = str(event.get("shortCode"))
        kinds[code] = {str(each.get("shortCode")): str(each.get("type")) for each in attributes}
        made = {str(each.get("shortCode")): str(each.get("aggregation")) for each in attributes}
        grouped = frozenset(name for name, how in made.items() if how == "grouped")
        counted = {name: frozenset([how]) for name, how in made.items() if name not in grouped}
        yield code, _Total(None, grouped, counted, kinds[code])
    for _, total in items_of(document.get("runningTotals")):
        collected: dict[str, frozenset[str]] = {}
        for _, each in items_of(total.get("collectors")):
            name = str(each.get("attribute"))
            collected[name] = collected.get(name, frozenset()) | {str(each.get("calculation"))}
        team_type, group_by = total.get("teamType"), total.get("groupBy")
        yield (
            str(total.get("shortCode")),
            _Total(
                team_type if isinstance(team_type, str) else None,
                frozenset(map(str, group_by)) if isinstance(group_by, list) else frozenset(),
                collected,
                kinds.get(str(total.get("event")), {}),
            ),
        )
