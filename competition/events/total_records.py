"""Records of running totals, read and written by one statement for all that a post counts in."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection

from competition.models import TotalRecord
from competition.owners import Owner
from realtime.sql import fetch_rows, given, given_values, look_up, select_rows

LONGEST_KEY = 64

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.decode


@dataclass(frozen=True, slots=True)
class Address:
    """Which record: of a total, an owner, a scope, a period (as stored) and a group."""

    total: str
    owner: Owner
    scope: str = ""
    period: str = ""
    group_key: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A stored record. `values` are the collectors' by wire name."""

    pk: int
    values: dict[str, Any]


def stored_period(reset: str, period: str) -> str:
    """Periods of different lengths may begin on one day. "" for what is never emptied."""
    return f"{reset} {period}" if period else ""


def group_key(group: Mapping[str, Any]) -> str:
    """The same for equal groups alone, and short; "" for no group."""
    if not group:
        return ""
    text = _encode(list(group.values()))
    return text.decode() if text.isascii() and len(text) < LONGEST_KEY else hashlib.sha256(text).hexdigest()


def read(addresses: Collection[Address]) -> dict[Address, Held]:
    """Those that exist."""
    found: dict[Address, Held] = {}
    for statement, of_teams in ((_OF_PLAYERS, False), (_OF_TEAMS, True)):
        wanted = [each for each in addresses if (each.owner.team_pk is not None) == of_teams]
        if wanted:
            found |= _read(wanted, statement)
    return found


def insert(stage_id: int, rows: Iterable[tuple[Address, Mapping[str, Any], Mapping[str, Any]]]) -> None:
    """New records: address, group, values."""
    TotalRecord.objects.bulk_create(
        TotalRecord(
            stage_id=stage_id,
            total=address.total,
            player_id=address.owner.player_id,
            team_id=address.owner.team_pk,
            scope=address.scope,
            period=address.period,
            group_key=address.group_key,
            grouped=_encode(group).decode(),
            counted=_encode(values).decode(),
        )
        for address, group, values in rows
    )


def update(rows: Sequence[tuple[Held, Mapping[str, Any]]]) -> None:
    """Records with their new values, by one statement."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                _UPDATE, given_values([(held.pk, _encode(values).decode()) for held, values in rows])
            )


_TABLE = TotalRecord._meta.db_table

_UPDATE = f"""
UPDATE {_TABLE} SET counted = g.counted FROM {given("g", pk="bigint", counted="text")}
WHERE {_TABLE}.id = g.pk
"""


def _finding(column: str, sql_type: str) -> str:
    keys = given("k", owner=sql_type, total="text", scope="text", period="text", group_key="text")
    condition = f"""r.{column} = k.owner AND r.total = k.total AND r.scope = k.scope
 AND r.period = k.period AND r.group_key = k.group_key"""
    columns = select_rows("k.place, r.id, r.counted")
    return f"{columns} FROM {keys} {look_up(_TABLE, 'r', condition)}"


_OF_PLAYERS, _OF_TEAMS = _finding("player_id", "text"), _finding("team_id", "bigint")


def _read(wanted: Sequence[Address], statement: str) -> dict[Address, Held]:
    values = [
        (each.owner.player_id or each.owner.team_pk, each.total, each.scope, each.period, each.group_key)
        for each in wanted
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, given_values(values))
        return {wanted[place]: Held(pk, _decode(text)) for place, pk, text in fetch_rows(cursor)}
