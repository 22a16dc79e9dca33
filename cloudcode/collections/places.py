"""Where documents are looked for: in a collection, or among the stage's players."""

from collections.abc import Sequence
from typing import Any, Protocol

from cloudcode.collections.compiling import TRUE, joined
from cloudcode.collections.planning import Plan
from cloudcode.collections.storing import IN_NUMBERS, Index, Opened
from realtime.sql import Sql, among, encode_list

_BY_KEY = "SELECT k.id FROM cloudcode_document k WHERE k.collection_id = %s"


class Place(Protocol):
    """`d` has the columns id, text and document."""

    @property
    def indexes(self) -> tuple[Index, ...]: ...

    def source(self, plan: Plan) -> tuple[str, list[Sql]]:
        """For FROM, and conditions: the place's own and the plan's."""

    def by_rows(self, ids: Sequence[Any]) -> tuple[str, list[Sql], str, str]:
        """For FROM, conditions, and how `d.id` is one of these."""

    def texts(self, rows: Sequence[Sequence[Any]]) -> list[str]:
        """The documents of rows (id, text)."""


class InCollection:
    def __init__(self, inside: Opened) -> None:
        self._inside = inside

    @property
    def indexes(self) -> tuple[Index, ...]:
        return self._inside.indexes

    def source(self, plan: Plan) -> tuple[str, list[Sql]]:
        conditions: list[Sql] = [("d.collection_id = %s", [self._inside.id])]
        if plan.keys is not None:
            text, values = plan.keys
            conditions.append((f"d.id {among(f'{_BY_KEY} AND {text}')}", [self._inside.id, *values]))
        if plan.where is not None:
            conditions.append(plan.where)
        return plan.source, conditions

    def by_rows(self, ids: Sequence[Any]) -> tuple[str, list[Sql], str, str]:
        mine: list[Sql] = [("d.collection_id = %s", [self._inside.id])]
        return "cloudcode_document d", mine, IN_NUMBERS, encode_list(ids)

    def texts(self, rows: Sequence[Sequence[Any]]) -> list[str]:
        return [text for _, text in rows]


def scope(source: str, conditions: Sequence[Sql]) -> Sql:
    text, values = joined(" AND ", conditions, TRUE)
    return f"FROM {source} WHERE {text}", values
