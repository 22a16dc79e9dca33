"""The one place in a document that an update's path names: indexes alone lead into arrays."""

from typing import Any

from cloudcode.collections.paths import MISSING, Parts, index_of
from cloudcode.collections.values import Document, is_special
from cloudcode.sandbox.running import Refused

MOST_GROWN = 10_000  # elements that an array may get by an index behind its end


def at_path(document: Document, parts: Parts) -> Any:
    """The value; MISSING where there is none."""
    found: Any = document
    for part in parts:
        found = _inside(found, part)
    return found


def put(document: Document, parts: Parts, value: Any) -> None:
    """Objects on the way are made. Raises Refused where something else is in the way."""
    holder: Any = document
    for part in parts[:-1]:
        inside = _inside(holder, part)
        if inside is MISSING:
            inside = {}
            _assign(holder, part, inside, parts)
        holder = inside
    _assign(holder, parts[-1], value, parts)


def take_away(document: Document, parts: Parts) -> None:
    """Where it is not, nothing happens; an array keeps its length."""
    holder = at_path(document, parts[:-1]) if len(parts) > 1 else document
    if _inside(holder, parts[-1]) is MISSING:
        return
    if isinstance(holder, list):
        holder[int(parts[-1])] = None
    else:
        del holder[parts[-1]]


def _inside(holder: Any, part: str) -> Any:
    if isinstance(holder, dict) and not is_special(holder):
        return holder.get(part, MISSING)
    at = index_of(part)
    if isinstance(holder, list) and at is not None and at < len(holder):
        return holder[at]
    return MISSING


def _assign(holder: Any, part: str, value: Any, parts: Parts) -> None:
    if isinstance(holder, dict) and not is_special(holder):
        holder[part] = value
        return
    at = index_of(part)
    if not isinstance(holder, list) or at is None:
        raise Refused(f"there is no object to put {'.'.join(parts)} into")
    if at >= len(holder) + MOST_GROWN:
        raise Refused(f"{'.'.join(parts)} is too far behind the array's end")
    holder.extend([None] * (at + 1 - len(holder)))
    holder[at] = value
