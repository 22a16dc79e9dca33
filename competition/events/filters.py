"""Filters of running totals, leaderboards and achievements (§2.5)."""

import math
from dataclasses import dataclass
from typing import Any

import msgspec

from competition.events.expressions import ExpressionError, evaluate
from competition.events.numbers import is_number, read_number

OPERATORS = ("any", "eq", "ne", "gt", "gte", "lt", "lte", "mod")

_canonical = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Filter:
    """`op` is one of OPERATORS; `value` may be an expression, and is ignored beside `any`."""

    op: str
    value: Any = None

    def accepts(self, incoming: Any, now_ms: int) -> bool:
        return accepts(self.op, self.value, incoming, now_ms)


def read_filter(item: Any) -> Filter | None:
    """None for no filter, and for one that lets everything pass."""
    return None if item is None or item["op"] == "any" else Filter(item["op"], item["value"])


def accepts(op: str, value: Any, incoming: Any, now_ms: int) -> bool:
    """Whether a value passes. Numbers compare as numbers, texts by code point, JSON is equal or not.

    What cannot be compared passes `ne` alone; nothing is divisible by 0, by what is no number, or by what an
    expression could not compute.
    """
    if op == "any":
        return True
    try:
        wanted = evaluate(value, now_ms) if isinstance(value, str) else value
    except ExpressionError:
        return False
    if op == "mod":
        return _divides(wanted, incoming)
    difference = _compare(incoming, wanted)
    return op == "ne" if difference is None else _HOLDS[op](difference)


def _compare(left: Any, right: Any) -> int | None:
    """Below 0, 0, above 0 as left is less than, equal to or more than right; None where neither holds."""
    if is_number(left):
        try:
            right = read_number(right)
        except ValueError:
            return None
    elif isinstance(left, str) and is_number(right):
        right = msgspec.json.encode(right).decode()
    elif not (isinstance(left, str) and isinstance(right, str)):
        return 0 if _canonical(left) == _canonical(right) else None
    return -1 if left < right else int(left > right)


def _divides(divisor: Any, value: Any) -> bool:
    try:
        by = read_number(divisor)
    except ValueError:
        return False
    if by == 0 or not is_number(value):
        return False
    exact = isinstance(by, int) and isinstance(value, int)
    return (value % by if exact else math.fmod(value, by)) == 0


_HOLDS = {
    "eq": lambda difference: difference == 0,
    "ne": lambda difference: difference != 0,
    "gt": lambda difference: difference > 0,
    "gte": lambda difference: difference >= 0,
    "lt": lambda difference: difference < 0,
    "lte": lambda difference: difference <= 0,
}
