"""What an entry's fields are after a post: from the totals that it changed, and what was known before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

from competition.events.numbers import add, is_number
from competition.events.posts import Posting, TotalChange
from competition.events.total_records import group_key, stored_period
from competition.events.total_types import TotalType, total_types
from competition.leaderboards import places, records
from competition.leaderboards.instances import code_of
from competition.leaderboards.records import Record
from competition.leaderboards.types import NUMERIC, ORDERED, BoardField, BoardType
from competition.owners import Owner

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """An entry that a post reaches. `changes` are the totals that it changed for it, by code; `group` the
    values of grouped attributes that lead to this entry."""

    board: BoardType
    code: str
    period: str
    owner: Owner
    custom_id: str
    group: Values
    changes: Mapping[str, TotalChange]


def targets_of(board: BoardType, changes: Sequence[TotalChange]) -> list[Target]:
    """Changes of one owner's entry together. One without a value that tells which entry reaches none."""
    found: dict[tuple[str, str, Owner, str], Target] = {}
    for change in changes:
        group = {field.attribute: change.group.get(field.attribute) for field in board.keyed_fields}
        code = None if None in group.values() else code_of(board, group)
        if code is not None:
            custom_id = group_key({field.attribute: group[field.attribute] for field in board.id_fields})
            key = (code, change.period, change.owner, custom_id)
            others = found[key].changes if key in found else {}
            changed = {**others, change.total: change}
            found[key] = Target(board, code, change.period, change.owner, custom_id, group, changed)
    return list(found.values())


def values_of(target: Target, posting: Posting, before: Values | None) -> Values | None:
    """The entry's fields in their order. None where a filter refuses an incoming value (§3.1.3), or a sorted
    field has no value yet (§3.1.2): then the entry stays as it is."""
    incoming = ((total, (change.group, change.after)) for total, change in target.changes.items())
    if not all(passes(target.board, total, record, posting.at_ms) for total, record in incoming):
        return None
    values: dict[str, Any] = {}
    totals = total_types(posting.stage_id).by_code
    for field in target.board.fields:
        change = target.changes.get(field.total)
        if change is None and before is not None:
            value = before.get(field.name)
        else:
            value = _incoming(field, totals[field.total], target, change, posting)
        if value is not None:
            values[field.name] = value
        elif field.sort != "none":
            return None
    return values


def key_of(board: BoardType, values: Values) -> str:
    return places.sort_key((values[field.name], field.sort == "desc") for field in board.sorted_fields)


def passes(board: BoardType, total: str, record: Record, now_ms: int) -> bool:
    """A record of the total that one filter refuses counts for no field (§3.1.3)."""
    return all(
        (value := held(field, *record)) is not None and field.filter.accepts(value, now_ms)
        for field in board.fields
        if field.total == total and field.filter is not None
    )


def _incoming(
    field: BoardField, total: TotalType, target: Target, change: TotalChange | None, posting: Posting
) -> Any:
    """Of the total's changed record, or of all of the owner's that belong to this entry."""
    if field.attribute in target.group and field.source == field.attribute:
        return target.group[field.attribute]
    folds_many = field.group in FOLDS and not set(total.group_by) <= set(target.group)
    if change is not None and not folds_many:
        return folded(field.group, [held(field, change.group, change.after)])
    reset = target.board.reset if target.period else "never"
    kept = records.of_owner(
        target.owner, field.total, posting.scope, stored_period(reset, target.period), target.group
    )
    passed = (each for each in kept if passes(target.board, field.total, each, posting.at_ms))
    return folded(field.group, [held(field, *record) for record in passed])


def held(field: BoardField, group: Values, counted: Values) -> Any:
    return counted.get(field.source, group.get(field.source))


def folded(group: str, values: Sequence[Any]) -> Any:
    """None without any. Without a calculation, the latest."""
    known = [value for value in values if value is not None]
    if group in ORDERED:
        known = _comparable(known, group)
    return FOLDS.get(group, _latest)(known) if known else None


def _comparable(values: Sequence[Any], group: str) -> list[Any]:
    """Numbers, or else texts. There are others only if the configuration changed."""
    numbers = [each for each in values if is_number(each)]
    return numbers if numbers or group in NUMERIC else [each for each in values if isinstance(each, str)]


def _latest(values: Sequence[Any]) -> Any:
    return values[-1]


def _range(values: Sequence[Any]) -> int | float:
    return add(max(values), -min(values))


FOLDS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "min": min,
    "max": max,
    "sum": partial(reduce, add),
    "count": len,
    "range": _range,
}
