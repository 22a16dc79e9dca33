"""Segment queries: a tree of conditions over players, as game-config.md describes it.

`{"all": […]}`, `{"any": […]}`, `{"not": …}` over leaves `{"segment": code, "is": value code}` and
`{"field", "op", "value"}`. One tree answers for one player from facts already read (`matches`) and selects
the players of a stage (`to_q`); both give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from games.sections import Faults
from players.facts import Recipient
from players.query_conditions import Condition
from players.query_reader import Reader, Segments
from protocol.dates import now_ms


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """`loads` names the fields that `matches` wants read beforehand (`players.query_fields.with_loaded`).

    `tree` is what it was compiled from, for those who explain it (`players.query_answers`).
    """

    condition: Condition
    loads: frozenset[str] = frozenset()
    tree: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def matches(self, recipient: Recipient, now: int | None = None) -> bool:
        """Pure, but for `online`. A set that was not read beforehand counts as empty."""
        return self.condition.test(recipient, now_ms() if now is None else now)

    def to_q(self, now: int | None = None) -> Q:
        """For a queryset of Player, from the moment it is built."""
        sql, params = self.condition.sql(now_ms() if now is None else now)
        return Q(RawSQL(sql, params, output_field=BooleanField()))


class QueryFault(ValueError):
    """`faults` are lines `path: message`, paths within the tree."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def compile_query(tree: Any) -> CompiledQuery:
    """Raises QueryFault with every fault of the tree."""
    faults = Faults()
    compiled = check_query(tree, faults)
    if compiled is None:
        raise QueryFault(faults.found)
    return compiled


def check_query(tree: Any, faults: Faults, segments: Segments | None = None) -> CompiledQuery | None:
    """The compiled query, or None after adding every fault.

    `segments` are the game's, with their values; without them any are taken.
    """
    before = len(faults.found)
    reader = Reader(segments)
    condition = reader.read(tree, faults)
    if len(faults.found) > before or condition is None:
        return None
    return CompiledQuery(condition, frozenset(reader.loads), tree)
