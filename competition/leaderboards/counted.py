"""An owner's entries by what was counted so far, for boards that are built from their totals (§3.5.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from competition.events.total_records import group_key
from competition.leaderboards.entry_values import folded, held, passes
from competition.leaderboards.instances import code_of
from competition.leaderboards.records import Record
from competition.leaderboards.types import BoardField, BoardType

Records = Mapping[str, Sequence[Record]]  # of one owner, by running total, the oldest first


@dataclass(frozen=True, slots=True)
class CountedEntry:
    """`code` is the board's, or a partition's."""

    code: str
    custom_id: str
    values: Mapping[str, Any]


def counted_entries(board: BoardType, records: Records, now_ms: int) -> Iterator[CountedEntry]:
    """None where a sorted field has no value (§3.1.2)."""
    passed = {
        total: [each for each in found if passes(board, total, each, now_ms)]
        for total, found in records.items()
    }
    for group in _groups(board, passed):
        code, values = code_of(board, group), _values(board, passed, group)
        if code is not None and values is not None:
            ids = {field.attribute: group[field.attribute] for field in board.id_fields}
            yield CountedEntry(code, group_key(ids), values)


def _groups(board: BoardType, records: Records) -> list[dict[str, Any]]:
    """The values that tell the owner's entries apart, each once; one entry where nothing does."""
    names = [field.attribute for field in board.keyed_fields]
    found: dict[str, dict[str, Any]] = {}
    for grouped, _ in (record for each in records.values() for record in each):
        group = {name: grouped.get(name) for name in names}
        if None not in group.values():
            found.setdefault(group_key(group), group)
    return list(found.values())


def _values(board: BoardType, records: Records, group: Mapping[str, Any]) -> dict[str, Any] | None:
    values = {}
    for field in board.fields:
        value = _value(field, records.get(field.total, ()), group)
        if value is not None:
            values[field.name] = value
        elif field.sort != "none":
            return None
    return values


def _value(field: BoardField, records: Sequence[Record], group: Mapping[str, Any]) -> Any:
    if field.attribute in group and field.source == field.attribute:
        return group[field.attribute]
    fitting = [
        record
        for record in records
        if all(record[0].get(name, value) == value for name, value in group.items())
    ]
    return folded(field.group, [held(field, *record) for record in fitting])
