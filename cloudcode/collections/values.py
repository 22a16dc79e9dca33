"""What documents consist of: JSON, with dates as `{"$date": milliseconds}` and ids as `{"$oid": 24 hex}`.

Every number is a double, as it is to a script. No key of a document begins with `$`, so that an object with
such a key is one of those two, and nothing else.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from cloudcode.sandbox.running import Refused

Document = dict[str, Any]

MOST_BYTES = 1024 * 1024  # of a document's JSON
DEEPEST = 64
LONGEST_DATE = 8_640_000_000_000_000  # milliseconds from 1970, as JavaScript has it
LARGEST_EXACT = 2**53

_OID = re.compile(r"[0-9a-f]{24}")
_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


def as_script_gave(value: Any) -> str:
    """JSON with its keys in the order in which they came."""
    return _encode(value).decode()


def canonical(value: Any) -> str:
    """JSON that is the same text for equal values."""
    return _encode_sorted(value).decode()


def is_special(value: Any) -> bool:
    """A date or an id, which is no object to MongoDB."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("$date", "$oid")


def document(given: Any) -> Document:
    """A document as it is kept. Raises Refused."""
    if not isinstance(given, dict):
        raise Refused("a document is an object")
    kept = value(given)
    if is_special(kept) or not isinstance(kept, dict):
        raise Refused("a document is an object")
    if len(as_script_gave(kept)) > MOST_BYTES:  # characters: never more than bytes
        raise Refused(f"the document is larger than {MOST_BYTES // 1024} KB")
    return kept


def value(given: Any, depth: int = 0) -> Any:
    """A value as it is kept. Raises Refused."""
    if depth > DEEPEST:
        raise Refused(f"the data is nested deeper than {DEEPEST} levels")
    if isinstance(given, dict):
        return _object(given, depth)
    if isinstance(given, list):
        return [value(each, depth + 1) for each in given]
    if isinstance(given, str):
        return _text(given)
    return given if given is None or isinstance(given, bool) else number(given)


def number(given: Any) -> float | int:
    """A double; whole ones as int, so that their JSON is that of JavaScript."""
    try:
        double = float(given)
    except (TypeError, ValueError, OverflowError):
        raise Refused("a number is none, or too large") from None
    if not math.isfinite(double):
        raise Refused("a number is none, or too large")
    return int(double) if double.is_integer() and abs(double) <= LARGEST_EXACT else double


def _object(given: Mapping[str, Any], depth: int) -> Any:
    name = next(iter(given), "")
    if name.startswith("$"):
        read = _SPECIAL.get(name)
        if read is None or len(given) != 1:
            raise Refused(f"{name[:40]} is no operator of documents: no field name begins with $")
        return read(given[name])
    for key in given:
        _text(key)
        if key.startswith("$"):
            raise Refused(f"no field name begins with $: {key[:40]}")
    return {key: value(each, depth + 1) for key, each in given.items()}


def _text(given: str) -> str:
    if "\0" in given:
        raise Refused("the data holds NUL")
    return given


def _date(given: Any) -> Any:
    if isinstance(given, dict):
        given = number(given.get("$numberLong"))
    if isinstance(given, str):
        given = _milliseconds(given)
    if isinstance(given, bool) or not isinstance(given, (int, float)) or abs(given) > LONGEST_DATE:
        raise Refused("$date needs milliseconds, or a date as ISO 8601 writes it")
    return {"$date": int(given)}


def _milliseconds(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _oid(given: Any) -> Any:
    if not isinstance(given, str) or not _OID.fullmatch(given.lower()):
        raise Refused("$oid needs 24 hexadecimal digits")
    return {"$oid": given.lower()}


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "$date": _date,
    "$oid": _oid,
    "$numberLong": number,
    "$numberInt": number,
    "$numberDouble": number,
    "$numberDecimal": number,
}
SPECIAL = frozenset(_SPECIAL)
