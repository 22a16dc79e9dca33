"""What an update makes of a document. Nothing here reads or writes the database."""

import copy
from collections.abc import Callable
from typing import Any

from cloudcode.collections import arrays, values
from cloudcode.collections.changing_paths import at_path, put, take_away
from cloudcode.collections.ordering import comparable, equal
from cloudcode.collections.paths import MISSING, Parts, parts_of
from cloudcode.collections.values import Document
from cloudcode.sandbox.running import Refused
from protocol.dates import now_ms

Change = Callable[[Document, Parts, Any], None]
MOST = 500  # fields of one update


class Update:
    """Read and checked once, then made of each document. Raises Refused where it is none."""

    def __init__(self, given: Any) -> None:
        if not isinstance(given, dict):
            raise Refused("an update is an object")
        self.replaces = not next(iter(given), "").startswith("$")
        if self.replaces:
            self._replacement = values.document(given)
            return
        self._changes: list[tuple[str, Change, Parts, Any]] = []
        for name, fields in given.items():
            if name not in OPERATORS:
                raise Refused(f"{name[:40]} is not available in updates")
            if not isinstance(fields, dict):
                raise Refused(f"{name} needs an object")
            self._changes += [(name, OPERATORS[name], parts_of(path), each) for path, each in fields.items()]
        if len(self._changes) > MOST:
            raise Refused(f"more than {MOST} fields in one update")
        _without_conflicts([(name, parts) for name, _, parts, _ in self._changes])

    def of(self, document: Document, inserting: bool = False) -> Document:
        """The changed document, with the `_id` that it has. The given one stays. Raises Refused."""
        id_ = document.get("_id", MISSING)
        if self.replaces:
            changed = dict(self._replacement)
            if id_ is not MISSING:
                if "_id" in changed and not equal(changed["_id"], id_):
                    raise Refused("_id cannot be changed")
                changed = {"_id": id_, **changed}
            return changed
        changed = copy.deepcopy(document)
        for name, change, parts, given in self._changes:
            if name != "$setOnInsert" or inserting:
                change(changed, parts, given)
        if id_ is not MISSING and not equal(changed.get("_id"), id_):
            raise Refused("_id cannot be changed")
        return values.document(changed)


def _without_conflicts(changes: list[tuple[str, Parts]]) -> None:
    """Raises Refused where two of them change the same."""
    seen: set[Parts] = set()
    for _, parts in changes:
        for other in seen:
            shorter = min(len(parts), len(other))
            if parts[:shorter] == other[:shorter]:
                raise Refused(f"an update would change {'.'.join(parts)} twice")
        seen.add(parts)


def _set(document: Document, parts: Parts, given: Any) -> None:
    put(document, parts, values.value(given))


def _unset(document: Document, parts: Parts, given: Any) -> None:
    take_away(document, parts)


def _increase(document: Document, parts: Parts, given: Any) -> None:
    before = at_path(document, parts)
    by = _number("$inc", given)
    put(document, parts, by if before is MISSING else values.number(_number("$inc", before) + by))


def _multiply(document: Document, parts: Parts, given: Any) -> None:
    before = at_path(document, parts)
    by = _number("$mul", given)
    put(document, parts, 0 if before is MISSING else values.number(_number("$mul", before) * by))


def _number(name: str, given: Any) -> float | int:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        given = values.value(given)
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise Refused(f"{name} needs a number, and one in the field")
    return values.number(given)


def _least(document: Document, parts: Parts, given: Any) -> None:
    before, wanted = at_path(document, parts), values.value(given)
    if before is MISSING or comparable(wanted) < comparable(before):
        put(document, parts, wanted)


def _greatest(document: Document, parts: Parts, given: Any) -> None:
    before, wanted = at_path(document, parts), values.value(given)
    if before is MISSING or comparable(wanted) > comparable(before):
        put(document, parts, wanted)


def _rename(document: Document, parts: Parts, given: Any) -> None:
    if not isinstance(given, str):
        raise Refused("$rename needs the field's new name")
    target = parts_of(given)
    shorter = min(len(target), len(parts))
    if target[:shorter] == parts[:shorter]:
        raise Refused("$rename needs another name")
    before = at_path(document, parts)
    if before is MISSING:
        return
    for path in (parts, target):
        if any(isinstance(at_path(document, path[:end]), list) for end in range(1, len(path))):
            raise Refused(f"$rename leads into no array: {'.'.join(path)}")
    take_away(document, parts)
    put(document, target, before)


def _date(document: Document, parts: Parts, given: Any) -> None:
    if given not in (True, {"$type": "date"}):
        raise Refused("$currentDate sets dates")
    put(document, parts, {"$date": now_ms()})


OPERATORS: dict[str, Change] = {
    "$set": _set,
    "$setOnInsert": _set,
    "$unset": _unset,
    "$inc": _increase,
    "$mul": _multiply,
    "$min": _least,
    "$max": _greatest,
    "$rename": _rename,
    "$currentDate": _date,
    "$push": arrays.push,
    "$pushAll": arrays.push_all,
    "$addToSet": arrays.add_to_set,
    "$pop": arrays.pop,
    "$pull": arrays.pull,
    "$pullAll": arrays.pull_all,
}
