"""A game's events, ready to use: the section `events` of its configuration (§1.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from games.config_store import configs


@dataclass(frozen=True, slots=True)
class Attribute:
    """`kind` is `number`, `string` or `json`; a `default` of None is none. `aggregation` as in §1.5, by the
    names of the game document."""

    code: str
    kind: str = "number"
    default: Any = None
    aggregation: str = "script"


@dataclass(frozen=True, slots=True)
class EventType:
    code: str
    attributes: Mapping[str, Attribute]


def event_type(stage_id: int, code: str) -> EventType | None:
    types: Mapping[str, EventType] = configs.current(stage_id).sections["events"]
    return types.get(code)


def read_types(items: Iterable[Mapping[str, Any]]) -> dict[str, EventType]:
    """From complete data of the section."""
    return {item["shortCode"]: EventType(item["shortCode"], _attributes(item)) for item in items}


def _attributes(item: Mapping[str, Any]) -> dict[str, Attribute]:
    read = (
        Attribute(each["shortCode"], each["type"], each["default"], each["aggregation"])
        for each in item["attributes"]
    )
    return {attribute.code: attribute for attribute in read}
