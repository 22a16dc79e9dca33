"""Changes documents that a filter selects, in transactions of some hundred that hold them first."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import transaction

from cloudcode.collections import effort, storing, values
from cloudcode.collections.changing_paths import put
from cloudcode.collections.compiling import compile_filter
from cloudcode.collections.conditions import Absent, Among, Condition, Either, Every, Field, Null
from cloudcode.collections.filters import read_filter
from cloudcode.collections.finding import texts_of
from cloudcode.collections.ordering import equal
from cloudcode.collections.paths import Parts
from cloudcode.collections.places import InCollection, scope
from cloudcode.collections.planning import plan
from cloudcode.collections.projecting import read_fields
from cloudcode.collections.sorting import Order, order_by, read_sort
from cloudcode.collections.statements import rows
from cloudcode.collections.storing import DUPLICATE, Opened, changing
from cloudcode.collections.updates import Update
from cloudcode.collections.values import Document
from cloudcode.sandbox.running import Refused
from realtime.sql import HOLD

AT_ONCE = 200
TRIES = 5

_decode = msgspec.json.Decoder().decode
Held = list[tuple[int, Document]]


@dataclass(frozen=True, slots=True)
class Target:
    stage_id: int
    name: str


def insert(target: Target, given: Sequence[Any]) -> list[Any]:
    """All of them or none. Their `_id`s. Raises Refused."""
    documents = [storing.with_id(values.document(each)) for each in given]
    if len({storing.id_key(each) for each in documents}) < len(documents):
        raise Refused(f"{DUPLICATE}: _id")
    with changing(target.stage_id, target.name) as inside:
        storing.insert(inside, documents)
    return [each["_id"] for each in documents]


def update_some(target: Target, condition: Condition, update: Update, after: int) -> int | None:
    """The next of all that match, behind a row. The last row; None when there are no more."""
    with changing(target.stage_id, target.name) as inside:
        held, last = _hold_some(inside, condition, after)
        changed, done = _changed_in_time(held, update)
        storing.replace(inside, changed)
    return last if done == len(held) else held[done - 1][0]


def update_one(target: Target, condition: Condition, update: Update) -> bool:
    """Whether there was one."""
    for _ in range(TRIES):
        with changing(target.stage_id, target.name) as inside:
            held = _hold(inside, condition, (), 1)
            storing.replace(inside, _changed(held, update))
        if held or not is_any(target, condition):
            return bool(held)
    return False


def upsert(target: Target, given: Any, update: Update) -> Any:
    """Put in what the query and the update say. Its `_id`. Raises Refused."""
    document = storing.with_id(
        values.document(update.of(_from_query(read_filter(given), update), inserting=True))
    )
    with changing(target.stage_id, target.name) as inside:
        storing.insert(inside, [document])
    return document["_id"]


def remove_some(target: Target, condition: Condition) -> bool:
    """Some of all that match. Whether there may be more."""
    with changing(target.stage_id, target.name) as inside:
        held = [row_id for row_id, _ in _held_rows(inside, condition, (), AT_ONCE, 0, "d.id, 0")]
        storing.remove(held)
    return len(held) == AT_ONCE


def save(target: Target, given: Any) -> Any:
    """Put it in the place of the one with its `_id`. That `_id`. Raises Refused."""
    document = storing.with_id(values.document(given))
    by_id = Field(("_id",), Among((document["_id"],)))
    storing.id_key(document)
    with changing(target.stage_id, target.name) as inside:
        held = _hold(inside, by_id, (), 1)
        if held:
            storing.replace(inside, [(held[0][0], document)])
        else:
            storing.insert(inside, [document])
    return document["_id"]


class Modification(msgspec.Struct, rename="camel", frozen=True):
    """The arguments of findAndModify."""

    query: Any = None
    fields: Any = None
    sort: Any = None
    remove: bool = False
    update: Any = None
    return_new: bool = False
    upsert: bool = False


def modify(target: Target, asked: Modification) -> Document | None:
    """The document as it was, or with `return_new` as it is now; None if none matched. Raises Refused."""
    condition, order = read_filter(asked.query), read_sort(asked.sort)
    update = None if asked.remove else Update(asked.update)
    projection = read_fields(asked.fields)
    for _ in range(TRIES):
        found = _modify_one(target, condition, order, update, asked.return_new)
        if found is not None or not is_any(target, condition):
            break
    if found is None and asked.upsert and update is not None:
        id_ = upsert(target, asked.query, update)
        by_id = Field(("_id",), Among((id_,)))
        with transaction.atomic():
            found = _first(target, by_id) if asked.return_new else None
    return projection.of(found) if found is not None and projection is not None else found


def _modify_one(
    target: Target, condition: Condition, order: Order, update: Update | None, return_new: bool
) -> Document | None:
    with changing(target.stage_id, target.name) as inside:
        held = _hold(inside, condition, order, 1)
        if not held:
            return None
        if update is None:
            storing.remove([held[0][0]])
            return held[0][1]
        changed = _changed(held, update) or held
        storing.replace(inside, changed)
    return changed[0][1] if return_new else held[0][1]


def apply_changes(target: Target, before: Any, after: Any) -> Any:
    """Write what is different between two forms of a document; without a first form put the second in."""
    new = values.document(after)
    if before is None:
        return insert(target, [new])[0]
    old = values.document(before)
    if "_id" not in old:
        raise Refused("applyChanges needs the _id of the existing document")
    changes = {name: each for name, each in new.items() if name not in old or not equal(old[name], each)}
    changes.pop("_id", None)
    gone = {name: True for name in old if name not in new and name != "_id"}
    by_operator = {"$set": changes, "$unset": gone}
    if any("." in name for name in (*changes, *gone)):
        raise Refused("applyChanges knows no fields with a dot in their name")
    wanted = {name: fields for name, fields in by_operator.items() if fields}
    if wanted:
        update_one(target, Field(("_id",), Among((old["_id"],))), Update(wanted))
    return old["_id"]


def _changed(held: Held, update: Update) -> Held:
    """Those that the update changes."""
    made = [(row_id, document, update.of(document)) for row_id, document in held]
    return [
        (row_id, after)
        for row_id, before, after in made
        if values.as_script_gave(before) != values.as_script_gave(after)
    ]


def _changed_in_time(held: Held, update: Update) -> tuple[Held, int]:
    """Of as many as there is time for, one at least: those that the update changes, and how many it was."""
    until, changed = time.monotonic() + effort.SLICE, []
    for done, each in enumerate(held, 1):
        changed += _changed([each], update)
        if time.monotonic() > until:
            return changed, done
    return changed, len(held)


def _hold(inside: Opened, condition: Condition, order: Order, most: int) -> Held:
    """Documents that no other transaction changes from now on."""
    found = _held_rows(inside, condition, order, most, 0, "d.id, d.text")
    return [(row_id, _decode(text)) for row_id, text in found]


def _hold_some(inside: Opened, condition: Condition, after: int) -> tuple[Held, int | None]:
    """As `_hold` does the next ones behind a row, as far as there is room. The last row; None where no more
    are to come."""
    sized = _held_rows(inside, condition, (), AT_ONCE, after, "d.id, LENGTH(d.text)")
    taken = effort.fitting((size for _, size in sized), effort.MOST_CHANGED)
    ids = [row_id for row_id, _ in sized[:taken]]
    texts = texts_of(InCollection(inside), ids) if ids else []
    more = taken < len(sized) or len(sized) == AT_ONCE
    return list(zip(ids, map(_decode, texts), strict=True)), ids[-1] if more else None


def _held_rows(
    inside: Opened, condition: Condition, order: Order, most: int, after: int, columns: str
) -> Sequence[Sequence[Any]]:
    """Rows that no other transaction changes from now on."""
    place = InCollection(inside)
    source, conditions = place.source(plan(place, condition))
    text, given = scope(
        source, [*conditions, compile_filter(condition, "d.document"), ("d.id > %s", [after])]
    )
    terms, order_values = order_by(order, "d.document") if order else ("", [])
    keys = ", ".join(each for each in (terms, "d.id") if each)
    hold = f"{HOLD} OF d" if HOLD else ""
    return rows(f"SELECT {columns} {text} ORDER BY {keys} LIMIT {most} {hold}", [*given, *order_values])


def is_any(target: Target, condition: Condition) -> bool:
    return _first(target, condition) is not None


def _first(target: Target, condition: Condition) -> Document | None:
    inside = storing.opened(target.stage_id, target.name)
    if inside is None:
        return None
    place = InCollection(inside)
    source, conditions = place.source(plan(place, condition))
    text, given = scope(source, [*conditions, compile_filter(condition, "d.document")])
    found = rows(f"SELECT d.text {text} ORDER BY d.id LIMIT 1", given)
    return _decode(found[0][0]) if found else None


def _from_query(condition: Condition, update: Update) -> Document:
    """The values that a query wants fields to be equal to."""
    made: Document = {}
    for part in condition.parts if isinstance(condition, Every) else (condition,):
        field, value = _equality(part)
        if field is not None and (field == ("_id",) or not update.replaces):
            put(made, field, value)
    return made


def _equality(condition: Condition) -> tuple[Parts | None, Any]:
    """The field and its value; None where the condition is another one."""
    if isinstance(condition, Either) and len(condition.parts) == 2:  # null is also what is missing
        null, absent = condition.parts
        if isinstance(null, Field) and isinstance(null.test, Null) and isinstance(absent, Absent):
            return null.parts, None
    if not isinstance(condition, Field) or not isinstance(condition.test, Among):
        return None, None
    return (condition.parts, condition.test.values[0]) if len(condition.test.values) == 1 else (None, None)
