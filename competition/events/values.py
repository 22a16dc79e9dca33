"""What a request says of an event, read by the event's attributes (§1.2, §1.3)."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from competition.events.expressions import evaluate
from competition.events.numbers import read_number
from competition.events.types import Attribute, EventType
from protocol.errors import RequestError


def read_values(type_: EventType, raw: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """A value of its own kind for each attribute, in the configuration's order; other keys are passed over.

    Raises RequestError with `{attribute: "REQUIRED" | "INVALID"}` for each that is faulty.
    """
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for code, attribute in type_.attributes.items():
        value = raw.get(code)  # null counts as missing (§1.3)
        if value is None and attribute.default is None:
            faults[code] = "REQUIRED"
            continue
        try:
            values[code] = (
                default_value(attribute, now_ms) if value is None else read_value(attribute.kind, value)
            )
        except ValueError:
            faults[code] = "INVALID"
    if faults:
        raise RequestError(faults)
    return values


def default_value(attribute: Attribute, now_ms: int) -> Any:
    """What a missing value becomes at that moment. Raises ValueError if that is none of the kind."""
    default = attribute.default
    return read_value(attribute.kind, evaluate(default, now_ms) if isinstance(default, str) else default)


def read_value(kind: str, value: Any) -> Any:
    """Raises ValueError."""
    return _READERS[kind](value)


def _string(value: Any) -> str:
    """A number is taken for the text that it is written as."""
    if isinstance(value, str):
        return value
    return msgspec.json.encode(read_number(value)).decode()


def _json(value: Any) -> Any:
    return value


_READERS: dict[str, Callable[[Any], Any]] = {"number": read_number, "string": _string, "json": _json}
