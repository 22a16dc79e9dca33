"""Which segment variants a message has, and why each is a player's or not, as the player is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from messaging.rendering import CompiledMessage, CompiledVariant
from players.facts import Recipient
from players.query_answers import Answered, answered
from players.segment_queries import CompiledQuery


@dataclass(frozen=True, slots=True)
class Tried:
    """`query` is the segment query's short code, "" for one of the variant's own. No `answer`: it is gone."""

    index: int
    query: str
    answer: Answered | None

    @property
    def holds(self) -> bool:
        return self.answer is not None and self.answer.holds


def variants_tried(
    message: CompiledMessage, recipient: Recipient, queries: Mapping[str, CompiledQuery]
) -> list[Tried]:
    """All of them in order; the first that holds is the one that is rendered.

    `recipient` has what the queries load (messaging.rendering.loads_of).
    """
    return [_tried(index, each, recipient, queries) for index, each in enumerate(message.variants)]


def _tried(
    index: int, variant: CompiledVariant, recipient: Recipient, queries: Mapping[str, CompiledQuery]
) -> Tried:
    code = variant.query if isinstance(variant.query, str) else ""
    query = queries.get(code) if isinstance(variant.query, str) else variant.query
    return Tried(index, code, None if query is None else answered(query.tree, recipient))


def as_json(tried: Tried) -> dict[str, Any]:
    leaves = tried.answer.leaves() if tried.answer else []
    return {
        "index": tried.index,
        "query": tried.query,
        "holds": tried.holds,
        "leaves": [{"words": each.words, "holds": each.holds, "actual": each.actual} for each in leaves],
    }
