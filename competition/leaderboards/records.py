"""The records of running totals that boards are made from."""

from collections.abc import Mapping
from typing import Any

import msgspec

from competition.models import TotalRecord
from competition.owners import Owner

Record = tuple[Mapping[str, Any], Mapping[str, Any]]  # grouped attributes, collectors, by wire name

_decode = msgspec.json.decode


def read_record(grouped: str, counted: str) -> Record:
    """From the texts of a row."""
    return _decode(grouped), _decode(counted)


def of_owner(owner: Owner, total: str, scope: str, period: str, group: Mapping[str, Any]) -> list[Record]:
    """An owner's records of a total whose grouped attributes are these, as far as they are named; the oldest
    first. `period` as records have it."""
    return [(grouped, counted) for _, grouped, counted in rows_of_owner(owner, total, scope, period, group)]


def rows_of_owner(
    owner: Owner, total: str, scope: str, period: str, group: Mapping[str, Any]
) -> list[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
    """The same, each with its key."""
    rows = TotalRecord.objects.filter(total=total, scope=scope, period=period)
    rows = (
        rows.filter(team=owner.team_pk) if owner.team_pk is not None else rows.filter(player=owner.player_id)
    )
    read = (
        (pk, *read_record(grouped, counted))
        for pk, grouped, counted in rows.order_by("pk").values_list("pk", "grouped", "counted")
    )
    return [row for row in read if all(row[1].get(code, value) == value for code, value in group.items())]
