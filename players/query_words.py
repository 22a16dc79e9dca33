"""A segment query as a sentence: what developers read instead of its JSON."""

from collections.abc import Mapping
from typing import Any

from players.query_answers import words_of
from players.query_values import Moment, parse_moment

EVERYBODY, NOBODY = "everybody", "nobody"
LABELS = {
    "displayName": "display name",
    "lastSeen": "last seen",
    "created": "created",
    "country": "country",
    "deviceOS": "device",
    "achievement": "achievement",
}
_SHORT = {"gt": "after", "gte": "since", "lt": "before", "lte": "until", "eq": "at", "ne": "not at"}
_UNITS = (
    (604_800_000, "week"),
    (86_400_000, "day"),
    (3_600_000, "hour"),
    (60_000, "minute"),
    (1_000, "second"),
)


def sentence_of(tree: Mapping[str, Any]) -> str:
    """`segment COUNTRY is FR, and last seen within 7 days`. Of a query that compiles."""
    (kind, *_), *_ = tree.items()
    if kind in ("all", "any"):
        return _joined(
            tree[kind], ", and " if kind == "all" else ", or ", EVERYBODY if kind == "all" else NOBODY
        )
    if kind == "not":
        return _none(tree["not"])
    return _leaf(tree)


def _joined(parts: list[Mapping[str, Any]], word: str, empty: str) -> str:
    return word.join(_part(each, alone=len(parts) == 1) for each in parts) or empty


def _part(tree: Mapping[str, Any], alone: bool) -> str:
    """In parentheses where it has parts of its own."""
    inner = next(iter(tree.values()))
    many = next(iter(tree)) in ("all", "any") and len(inner) > 1
    return f"({sentence_of(tree)})" if many and not alone else sentence_of(tree)


def _none(tree: Mapping[str, Any]) -> str:
    if "any" in tree:
        return f"none of ({_joined(tree['any'], '; ', NOBODY)})"
    return f"not ({sentence_of(tree)})"


def _leaf(leaf: Mapping[str, Any]) -> str:
    if "segment" in leaf:
        return words_of(leaf)
    name, op, value = leaf["field"], leaf["op"], leaf["value"]
    if name == "online":
        return "online" if value is (op == "eq") else "not online"
    if op != "exists" and name in ("lastSeen", "created"):
        return _dated(LABELS[name], op, value)
    return words_of({**leaf, "field": LABELS.get(name, name)})


def _dated(label: str, op: str, value: str) -> str:
    moment = parse_moment(value)
    if not moment.relative or op not in ("gt", "gte", "lt", "lte"):
        return f"{label} {_SHORT[op]} {value}"
    ago = _length(moment)
    return f"{label} within {ago}" if op in ("gt", "gte") else f"{label} more than {ago} ago"


def _length(moment: Moment) -> str:
    """In the largest unit that it has a whole number of; a week only from two on, as people speak."""
    ms = -moment.ms
    for size, unit in _UNITS:
        count, rest = divmod(ms, size)
        if not rest and count and (unit != "week" or count > 1):
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return "no time"
