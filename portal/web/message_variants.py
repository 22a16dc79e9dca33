"""What to know of a message's variants beside what they say."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def name_of(variant: Mapping[str, Any]) -> str:
    """Its query's code."""
    query = variant["segmentQuery"]
    return query if isinstance(query, str) else "own query"


def notes_of(variants: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """By index: why a variant is never reached."""
    first: dict[str, int] = {}
    notes: dict[int, str] = {}
    for index, variant in enumerate(variants):
        query = json.dumps(variant["segmentQuery"], sort_keys=True)
        if query in first:
            notes[index] = f"Never reached: the same query as variant {first[query] + 1}."
        first.setdefault(query, index)
    return notes
