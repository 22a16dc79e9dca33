"""The stage's players as a collection: what scripts may see of them all."""

from collections.abc import Sequence
from typing import Any

import msgspec

from cloudcode.collections.conditions import Among, Condition, Every, Field
from cloudcode.collections.planning import Plan
from cloudcode.collections.storing import Index
from realtime.presence import presence
from realtime.sql import IN_LIST, SQLITE, Sql, by_vendor, encode_list

# In the order of a document's fields. Nothing private, no hash, no token.
_FIELDS = {
    "_id": {"$oid": "p.id"},
    "userName": "p.user_name",
    "displayName": "p.display_name",
    "scriptData": by_vendor(sqlite="json(p.script_data)", postgresql="p.script_data"),
    "externalIds": by_vendor(sqlite="json(p.external_ids)", postgresql="p.external_ids"),
    "lastSeen": {"$date": "p.last_seen_ms"},
}
_COLUMNS = {"_id": "id", "userName": "user_name"}  # with an index
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def _object(fields: dict[str, Any]) -> str:
    pairs = [f"'{name}', {_object(it) if isinstance(it, dict) else it}" for name, it in fields.items()]
    return f"{by_vendor(sqlite='json_object', postgresql='jsonb_build_object')}({', '.join(pairs)})"


class Players:
    """A finding.Place. `filter` and `sort` as the script gave them: whether they ask who is online."""

    indexes: tuple[Index, ...] = ()

    def __init__(self, stage_id: int, condition: Condition, *asked: Any) -> None:
        self._stage_id = stage_id
        self._condition = condition
        self._asks_online = b'"online"' in msgspec.json.encode(asked)

    def source(self, plan: Plan) -> tuple[str, list[Sql]]:
        return f"({self._select()}) d", [("TRUE", self._values()), *self._by_columns()]

    def by_rows(self, ids: Sequence[Any]) -> tuple[str, list[Sql], str, str]:
        return f"({self._select()}) d", [("TRUE", self._values())], IN_LIST, encode_list(ids)

    def texts(self, rows: Sequence[Sequence[Any]]) -> list[str]:
        """With who is online, where that was not a part of the question."""
        if self._asks_online:
            return [text for _, text in rows]
        online = presence().online_from_thread([row[0] for row in rows])
        return [
            msgspec.json.encode({**_decode(text), "online": player_id in online}).decode()
            for player_id, text in rows
        ]

    def _select(self) -> str:
        fields = dict(_FIELDS)
        if self._asks_online:
            is_online = f"p.id {IN_LIST}"
            fields["online"] = (
                f"json(CASE WHEN {is_online} THEN 'true' ELSE 'false' END)" if SQLITE else is_online
            )
        made = _object(fields)
        text = made if SQLITE else f"({made})::text"
        columns = f"p.id AS id, p.user_name, {text} AS text, {made} AS document"
        return f"SELECT {columns} FROM players_player p WHERE p.stage_id = {self._stage_id}"

    def _values(self) -> list[Any]:
        return [encode_list(sorted(presence().everybody_from_thread()))] * 2 if self._asks_online else []

    def _by_columns(self) -> list[Sql]:
        parts = self._condition.parts if isinstance(self._condition, Every) else (self._condition,)
        chosen: list[Sql] = []
        for part in parts:
            if isinstance(part, Field) and isinstance(part.test, Among) and ".".join(part.parts) in _COLUMNS:
                plain = [each.get("$oid") if isinstance(each, dict) else each for each in part.test.values]
                texts = [each for each in plain if isinstance(each, str)]
                chosen.append((f"d.{_COLUMNS['.'.join(part.parts)]} {IN_LIST}", [encode_list(texts)]))
        return chosen
