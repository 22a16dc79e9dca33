"""Why a segment query holds for one player or not, and about how many players of a stage it holds for."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Case, Count, IntegerField, Max, Sum, Value, When

from players.facts import Recipient
from players.models import Player
from players.query_conditions import AnyOf, Compared, Condition, Flag, InSegment, Not
from players.segment_queries import CompiledQuery, compile_query
from protocol.dates import format_date, now_ms

PAGE = 5_000
FIRST = 1_000
_WORDS = {
    "eq": "is",
    "ne": "is not",
    "gt": "is above",
    "gte": "is at least",
    "lt": "is below",
    "lte": "is at most",
    "in": "is one of",
    "contains": "contains",
    "exists": "exists",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A part of a query, for one player. A leaf has `words` and the `actual` value, the others `parts`."""

    kind: Literal["all", "any", "not", "leaf"]
    holds: bool
    words: str = ""
    actual: Any = None
    parts: tuple["Answered", ...] = ()

    def leaves(self) -> list["Answered"]:
        return [self] if self.kind == "leaf" else [leaf for part in self.parts for leaf in part.leaves()]


@dataclass(frozen=True, slots=True)
class Estimate:
    """`matching` of the `looked_at` players; `complete` where that is all of the stage."""

    matching: int
    looked_at: int
    complete: bool


def answered(tree: Mapping[str, Any], recipient: Recipient, now: int | None = None) -> Answered:
    """`tree` is a query that compiles; `recipient` has its `loads` (players.query_fields.with_loaded)."""
    now = now_ms() if now is None else now
    (kind, *_), *_ = tree.items()
    if kind == "not":
        part = answered(tree["not"], recipient, now)
        return Answered("not", not part.holds, parts=(part,))
    if kind in ("all", "any"):
        parts = tuple(answered(each, recipient, now) for each in tree[kind])
        holds = all(part.holds for part in parts) if kind == "all" else any(part.holds for part in parts)
        return Answered("all" if kind == "all" else "any", holds, parts=parts)
    condition = compile_query(tree).condition
    return Answered("leaf", condition.test(recipient, now), words_of(tree), _actual(condition, recipient))


def words_of(leaf: Mapping[str, Any]) -> str:
    """`segment COUNTRY is FR`, `lastSeen is at least -P7D`."""
    if "segment" in leaf:
        return f"segment {leaf['segment']} is {leaf['is']}"
    if leaf["op"] == "exists":
        return f"{leaf['field']} {'exists' if leaf['value'] else 'does not exist'}"
    value = leaf["value"]
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{leaf['field']} {_WORDS[leaf['op']]} {shown}"


def _actual(condition: Condition, recipient: Recipient) -> Any:
    """What the player has there, a date as players' clients get it; None for nothing."""
    if isinstance(condition, Not):
        return _actual(condition.part, recipient)
    if isinstance(condition, InSegment):
        return recipient.segments.get(condition.code)
    if isinstance(condition, Compared):
        value = condition.field.read(recipient)
        for step in condition.path:
            value = value.get(step) if isinstance(value, dict) else None
        return format_date(value) if condition.field.kind == "date" and value is not None else value
    if isinstance(condition, AnyOf):
        return sorted(condition.field.read(recipient) or ())
    return bool(condition.field.read(recipient)) if isinstance(condition, Flag) else None


def first_look(stage_id: int, queries: Mapping[str, CompiledQuery]) -> dict[str, Estimate]:
    """For each query, among the oldest `FIRST` players: one statement, however many queries."""
    page = Player.objects.filter(stage_id=stage_id).order_by("id")
    codes = list(queries)
    holds = {f"holds_{at}": _matches(queries[code]) for at, code in enumerate(codes)}
    sums = {f"sum_{at}": Sum(f"holds_{at}") for at in range(len(codes))}
    found = page.annotate(**holds)[:FIRST].aggregate(count=Count("id"), **sums)
    count = found["count"]
    return {code: Estimate(found[f"sum_{at}"] or 0, count, count < FIRST) for at, code in enumerate(codes)}


def _matches(query: CompiledQuery) -> Case:
    return Case(When(query.to_q(), then=Value(1)), default=Value(0), output_field=IntegerField())


def estimate(stage_id: int, query: CompiledQuery, seconds: float = 0.5) -> Estimate:
    """Looks at players, the oldest first, until all were or the time is over; a page at least."""
    ends = time.monotonic() + seconds
    matches = _matches(query)
    matching = looked_at = 0
    after = ""
    while True:
        page = Player.objects.filter(stage_id=stage_id, id__gt=after).order_by("id").annotate(holds=matches)
        found = page[:PAGE].aggregate(count=Count("id"), last=Max("id"), matching=Sum("holds"))
        looked_at += found["count"]
        matching += found["matching"] or 0
        complete = found["count"] < PAGE
        if complete or time.monotonic() >= ends:
            return Estimate(matching, looked_at, complete)
        after = found["last"]
