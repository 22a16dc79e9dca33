"""Dotted paths through documents, by MongoDB's rules: an array on the way stands for its elements."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from cloudcode.collections.values import Document, is_special
from cloudcode.sandbox.running import Refused

MOST_PARTS = 16
MOST_INDEXES = 3  # numeric parts of one path: each may be a key or an array's index
LONGEST = 200
_INDEX = re.compile(r"0|[1-9]\d{0,4}")

Parts = tuple[str, ...]
# A key, and the array indexes that follow it: one step that cannot lead to several values.
Hop = tuple[str, tuple[int, ...]]


class Missing:
    """What a path leads to where there is nothing."""


MISSING: Final = Missing()


def parts_of(path: str) -> Parts:
    """Raises Refused: also for names that SQLite could not be asked for."""
    parts = tuple(path.split("."))
    if len(path) > LONGEST or len(parts) > MOST_PARTS or not all(parts):
        raise Refused(f"{path[:40]!r} is no path to a field")
    if any(part.startswith("$") or any(each in '"\\' or each < " " for each in part) for part in parts):
        raise Refused(f"{path[:40]!r} is no path to a field: a name has $ in front, or a quote or backslash")
    return parts


def index_of(part: str) -> int | None:
    return int(part) if _INDEX.fullmatch(part) else None


def hops(parts: Parts) -> Iterator[tuple[Hop, ...]]:
    """Every way in which a path can be read: `a.0.b` as the keys a, 0 and b, and as a's first element's b."""
    numeric = [at for at, part in enumerate(parts) if at and index_of(part) is not None]
    if len(numeric) > MOST_INDEXES:
        raise Refused(f"more than {MOST_INDEXES} numbers in one path")
    for chosen in product((False, True), repeat=len(numeric)):
        as_index = {at for at, each in zip(numeric, chosen, strict=True) if each}
        read: list[tuple[str, list[int]]] = []
        for at, part in enumerate(parts):
            if at in as_index:
                read[-1][1].append(int(part))
            else:
                read.append((part, []))
        yield tuple((name, tuple(indexes)) for name, indexes in read)


def reached(document: Document, parts: Parts) -> list[Any]:
    """All that the path leads to; MISSING for each object that lacks the next part."""
    return list(_from_object(document, parts))


def _from_object(holder: Document, parts: Parts) -> Iterator[Any]:
    if parts[0] in holder:
        yield from _onwards(holder[parts[0]], parts[1:])
    else:
        yield MISSING


def _onwards(value: Any, rest: Parts) -> Iterator[Any]:
    if not rest:
        yield value
    elif isinstance(value, list):
        at = index_of(rest[0])
        if at is not None and at < len(value):
            yield from _onwards(value[at], rest[1:])
        for each in value:
            if isinstance(each, dict) and not is_special(each):
                yield from _from_object(each, rest)
    elif isinstance(value, dict) and not is_special(value):
        yield from _from_object(value, rest)
    else:
        yield MISSING
