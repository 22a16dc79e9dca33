"""Numbers of events: whole ones of 64 bits, else doubles, which are what clients and databases can hold."""

import math
import re
from typing import Any

LARGEST_WHOLE = 2**63 - 1
_LARGEST = 1.7976931348623157e308
_EXACT = 2**53  # up to here a double without a fraction is that whole number
_TEXT = re.compile(r"[+-]?(\d+)(\.\d*)?([eE][+-]?\d{1,4})?", re.ASCII)
_LONGEST_TEXT = 400


def read_number(value: Any) -> int | float:
    """A number, or a text of one: "10" is 10, and so is 10.0 (§1.2). Raises ValueError."""
    if isinstance(value, str):
        value = _parsed(value.strip())
    if not is_number(value) or not is_held(value):
        raise ValueError("not a number")
    return whole_if_exact(value)


def is_number(value: Any) -> bool:
    """Python takes a truth value for one."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_held(value: int | float) -> bool:
    if isinstance(value, int):
        return -LARGEST_WHOLE <= value <= LARGEST_WHOLE
    return math.isfinite(value)


def whole_if_exact(value: int | float) -> int | float:
    if isinstance(value, float) and abs(value) <= _EXACT and value.is_integer():
        return int(value)
    return value


def add(first: int | float, second: int | float) -> int | float:
    """A sum too large to be whole goes on as a double, and stops at the largest of these."""
    total = first + second
    if is_held(total):
        return whole_if_exact(total)
    return max(-_LARGEST, min(_LARGEST, float(total)))


def _parsed(text: str) -> int | float:
    match = _TEXT.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise ValueError("not a number")
    return int(text) if match[2] is None and match[3] is None else float(text)
