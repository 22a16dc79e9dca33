"""The fields that a segment query may ask about: how each is read from a player, and its SQL.

A package adds its own by `register_field`. What a player lacks is None; an empty text counts as lacking.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from msgspec.structs import replace

from players.facts import Recipient
from realtime.presence import presence
from realtime.sql import IN_LIST, by_vendor, encode_list

ONLINE = "online"

Kind = Literal["text", "date", "flag", "json", "set"]


@dataclass(frozen=True, slots=True)
class QueryField:
    """`sql` is an expression over the table `players_player`.

    `json` is a column, asked about by a path within. `set` is texts: its `sql` is a subquery with one column
    `value`. `read` takes the value from a player's facts; a field with `load` is read for many players
    beforehand, into `Recipient.loaded`. `list_params` gives the statement's parameters, if it has any.
    """

    name: str
    kind: Kind
    sql: str
    read: Callable[[Recipient], Any]
    load: Callable[[Sequence[str]], Mapping[str, Any]] | None = None
    list_params: Callable[[], list[Any]] = list


FIELDS: dict[str, QueryField] = {}


def register_field(field: QueryField) -> None:
    FIELDS[field.name] = field


def loaded_set(name: str, sql: str, load: Callable[[Sequence[str]], Mapping[str, Any]]) -> QueryField:
    """A set that another table holds, such as the types of a player's devices:

    `loaded_set("deviceOS", "SELECT d.device_os AS value FROM push_device d WHERE d.player_id =
    players_player.id", load)`, where `load(player_ids)` gives `{player_id: {"ios", …}}` in one statement.
    """
    return QueryField(name, "set", sql, lambda recipient: recipient.loaded.get(name), load)


def with_loaded(recipients: Mapping[str, Recipient], names: Collection[str]) -> dict[str, Recipient]:
    """The recipients with the named fields read, one `load` a field. For `CompiledQuery.loads`."""
    ids = list(recipients)
    values = {name: load(ids) for name in names if (load := FIELDS[name].load) is not None}
    if not values:
        return dict(recipients)
    return {
        id_: replace(recipient, loaded={name: found.get(id_) for name, found in values.items()})
        for id_, recipient in recipients.items()
    }


def _load_online(player_ids: Sequence[str]) -> Mapping[str, bool]:
    return dict.fromkeys(presence().online_from_thread(player_ids), True)


def _online_ids() -> list[Any]:
    return [encode_list(sorted(presence().everybody_from_thread()))]


_COUNTRY = by_vendor(
    sqlite="CASE json_type(players_player.location, '$.country') WHEN 'text'"
    " THEN nullif(json_extract(players_player.location, '$.country'), '') END",
    postgresql="CASE jsonb_typeof(players_player.location -> 'country') WHEN 'string'"
    " THEN nullif(players_player.location ->> 'country', '') END",
)

for _field in (
    QueryField(
        "displayName",
        "text",
        "nullif(players_player.display_name, '')",
        lambda each: each.display_name or None,
    ),
    QueryField(
        "country",
        "text",
        _COUNTRY,
        lambda each: each.country or None,
    ),
    QueryField(
        "lastSeen", "date", "nullif(players_player.last_seen_ms, 0)", lambda each: each.last_seen_ms or None
    ),
    QueryField("created", "date", "players_player.created_ms", lambda each: each.created_ms),
    QueryField(
        ONLINE,
        "flag",
        f"players_player.id {IN_LIST}",
        lambda each: each.loaded.get(ONLINE),
        load=_load_online,
        list_params=_online_ids,
    ),
    QueryField("scriptData", "json", "players_player.script_data", lambda each: each.script_data),
):
    register_field(_field)
