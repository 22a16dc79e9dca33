"""Places: the texts that order a board's entries, the best first, compared byte by byte on every database.

A place is the sorted fields, then when they were reached, then whose entry it is (§3.2.1). What a field's
value becomes is no other value's beginning, so fields follow each other without a gap.
"""

import struct
from collections.abc import Iterable
from typing import Any

import msgspec

LONGEST_KEY = 2000
LONGEST_TEXT = 100  # characters of a sorted String that count

_NEGATIVE = 1 << 63
_ALL = (1 << 64) - 1
_NUMBER, _TEXT = "1", "2"
_REVERSED = str.maketrans("0123456789abcdef", "fedcba9876543210")


def sort_key(values: Iterable[tuple[Any, bool]]) -> str:
    """The sorted fields of an entry in their order, each with whether its highest value stands first."""
    key = "".join(_highest_first(value) if descending else _ordered(value) for value, descending in values)
    return key[:LONGEST_KEY]


def place(key: str, when_ms: int, owner: str) -> str:
    """`owner` tells apart who reached the same at one moment."""
    return f"{key} {when_ms:012x} {owner}"


def key_of(place: str) -> str:
    """Equal for entries whose sorted fields are equal."""
    return place.partition(" ")[0]


def after_equals(key: str) -> str:
    """A place behind every entry with this key, and before all that are worse."""
    return f"{key}!"


def _highest_first(value: Any) -> str:
    return _ordered(value).translate(_REVERSED)


def _ordered(value: Any) -> str:
    if isinstance(value, int | float):
        return _NUMBER + _number(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()
    return f"{_TEXT}{text[:LONGEST_TEXT].encode().hex()}00"


def _number(value: int | float) -> str:
    """The bits of the nearest float, turned so that they sort, then what an integer is beyond that."""
    try:
        nearest = float(value)
    except OverflowError:
        nearest = float("inf") if value > 0 else float("-inf")
    (bits,) = struct.unpack(">Q", struct.pack(">d", nearest + 0.0))
    bits = bits ^ _ALL if bits & _NEGATIVE else bits | _NEGATIVE
    exact = isinstance(value, float) or abs(nearest) == float("inf")
    return f"{bits:016x}{_rest(0 if exact else int(value) - int(nearest))}"


def _rest(rest: int) -> str:
    if rest == 0:
        return "8"
    digits = f"{abs(rest):x}"
    sized = f"{len(digits):03x}{digits}"
    return f"9{sized}" if rest > 0 else f"7{sized.translate(_REVERSED)}"
