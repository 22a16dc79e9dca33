"""Updates at random, each operator's: of what stands somewhere in a document, of nothing, and with something
in the way. Beside each the update by which mongomock does the same, where it lacks the operator."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mongomock
from mongomock.filtering import BsonComparable, bson_compare

from tests.cloudcode.collections.cases import (
    Cases,
    Document,
    as_mongo,
    from_mongo,
    is_list,
    is_number,
    is_object,
)

ABSENT: Any = object()
NAMES = {"$rename": ("renamed", "c", "a.new", "new.new")}
OF_ARRAYS = ("$push", "$pushAll", "$addToSet", "$pop", "$pull", "$pullAll")
ONLY_OF_WHAT_IS_THERE = ("$pop", "$pull", "$pullAll")
OF_PUSH = ("$each", "$slice", "$position", "$sort")


@dataclass(frozen=True, slots=True)
class Case:
    """`value` is what stands at the path, or ABSENT."""

    operator: str
    document: Document
    path: str
    value: Any
    argument: Any

    @property
    def update(self) -> Document:
        name = "$push" if self.operator in OF_PUSH else self.operator
        return {name: {self.path: self.argument}}

    @property
    def theirs(self) -> Document:
        """The update by which mongomock does the same."""
        translate = IN_THEIR_TERMS.get(self.operator)
        if self.operator in ONLY_OF_WHAT_IS_THERE and self.value is ABSENT:
            return NOTHING  # it fails there, or makes objects on the way
        if translate is not None:
            return translate(self)
        if self.operator in OF_ARRAYS + OF_PUSH and goes_through_an_array(self.document, self.path):
            return apart(self)
        return self.update


def at(document: Document, path: str) -> Any:
    """What an update's path leads to: only an index leads into an array."""
    found: Any = document
    for part in path.split("."):
        if is_object(found) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return ABSENT
    return found


def case(cases: Cases, name: str) -> Case:
    """Four of five are of something that the operator is for."""
    wanted = WANTED.get(name, lambda value: True)
    while True:
        document = cases.pick(*cases.documents)
        if len(document) == 1:
            continue
        path, _ = cases.walk(document, by_index=0.9)
        if cases.chance.random() < 0.25:
            path = cases.pick(f"{path}.a", f"{path}.new", f"{path}.1", f"{path}.new.new", "new", "new.new")
        value = at(document, path)
        often = 0.2 if name in ONLY_OF_WHAT_IS_THERE else 0.9
        if cases.chance.random() < (often if value is ABSENT else 1 if wanted(value) else 0.05):
            return Case(name, document, path, value, ARGUMENTS[name](cases, value))


# --- what each is given -------------------------------------------------------------------------------------


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def one_of(cases: Cases, value: Any) -> Any:
    return cases.pick(*listed(value) * 2, cases.value(2))


def several(cases: Cases, **modifiers: Any) -> Document:
    added = [cases.value(2) for _ in range(cases.pick(0, 1, 2, 2))]
    return {"$each": added, **{f"${name}": each for name, each in modifiers.items()}}


def pushed(cases: Cases, value: Any) -> Any:
    return cases.pick(cases.value(2), several(cases))


def added(cases: Cases, value: Any) -> Any:
    return cases.pick(one_of(cases, value), {"$each": [*listed(value)[:1], cases.value(2)]})


def pulled(cases: Cases, value: Any) -> Any:
    element = one_of(cases, value)
    numbers = [*filter(is_number, listed(value)), 2]
    if is_object(element) and element:
        name = cases.pick(*element)
        return {name: element[name]}
    return cases.pick(element, element, {"$gte": numbers[0]}, {"$in": [element, cases.value(3)]})


def sorting(cases: Cases, value: Any) -> Any:
    if listed(value) and all(map(is_object, listed(value))):
        return {"$each": [cases.object(3)], "$sort": {cases.pick("a", "b"): cases.pick(1, -1)}}
    return several(cases, sort=cases.pick(1, -1))


ARGUMENTS: dict[str, Callable[[Cases, Any], Any]] = {
    "$set": lambda cases, value: cases.value(1),
    "$setOnInsert": lambda cases, value: cases.value(1),
    "$unset": lambda cases, value: cases.pick("", True, 1),
    "$inc": lambda cases, value: cases.pick(2, -3, 0.5),
    "$mul": lambda cases, value: cases.pick(2, -3, 0.5, 0),
    "$min": lambda cases, value: cases.pick(cases.value(2), cases.value(2), None, -7),
    "$max": lambda cases, value: cases.pick(cases.value(2), cases.value(2), True, {"$date": 10**12}),
    "$rename": lambda cases, value: cases.pick(*NAMES["$rename"]),
    "$currentDate": lambda cases, value: cases.pick(True, {"$type": "date"}),
    "$push": pushed,
    "$pushAll": lambda cases, value: [cases.value(2), one_of(cases, value)],
    "$addToSet": added,
    "$pop": lambda cases, value: cases.pick(1, -1),
    "$pull": pulled,
    "$pullAll": lambda cases, value: [one_of(cases, value), *listed(value)[:1]],
    "$each": lambda cases, value: several(cases),
    "$slice": lambda cases, value: several(cases, slice=cases.pick(-2, -1, 0, 1, 2)),
    "$position": lambda cases, value: several(cases, position=cases.pick(0, 1, 2, -1)),
    "$sort": sorting,
}
WANTED: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$inc", "$mul"), is_number),
    **dict.fromkeys(OF_ARRAYS + OF_PUSH, is_list),
}


# --- what mongomock lacks, by what it has -------------------------------------------------------------------

NOTHING: Document = {"$unset": {"nothing": ""}}


def multiplied(this: Case) -> Document:
    return {"$set": {this.path: 0 if this.value is ABSENT else this.value * this.argument}}


def least_or_greatest(this: Case) -> Document:
    """By the order of all types; its own compares as Python does."""
    compare = operator.lt if this.operator == "$min" else operator.gt
    if this.value is ABSENT or bson_compare(compare, as_mongo(this.argument), as_mongo(this.value)):
        return {"$set": {this.path: this.argument}}
    return NOTHING


def renamed(this: Case) -> Document:
    return (
        NOTHING if this.value is ABSENT else {"$unset": {this.path: ""}, "$set": {this.argument: this.value}}
    )


def unset(this: Case) -> Document:
    """An element leaves null behind; it leaves the element."""
    parent, _, _ = this.path.rpartition(".")
    among = this.value is not ABSENT and bool(parent) and isinstance(at(this.document, parent), list)
    return {"$set": {this.path: None}} if among else this.update


def apart(this: Case) -> Document:
    """What it makes of the array alone: it does not find its way to an array inside of another."""
    alone = {} if this.value is ABSENT else {"it": this.value}
    (name,) = this.update
    return {"$set": {this.path: by_mongomock(alone, {name: {"it": this.argument}})["it"]}}


def by_mongomock(document: Document, update: Document, inserting: bool = False) -> Document:
    collection = mongomock.MongoClient(tz_aware=True).db.c
    if not inserting:
        collection.insert_one(as_mongo(document))
    collection.update_one(as_mongo(document) if inserting else {}, as_mongo(update), upsert=inserting)
    found: Document = from_mongo(collection.find_one())
    return found


def dated(this: Case) -> Document:
    """Which moment it is, the test looks at by itself."""
    return {"$set": {this.path: {"$date": 0}}}


def ordered(this: Case) -> Document:
    """By the order of all types."""
    elements = [*listed(this.value), *this.argument["$each"]]
    by = this.argument["$sort"]
    name, direction = next(iter(by.items())) if isinstance(by, dict) else ("", by)

    def key(element: Any) -> BsonComparable:
        return BsonComparable(as_mongo(element.get(name) if name else element))

    return {"$set": {this.path: sorted(elements, key=key, reverse=direction < 0)}}


IN_THEIR_TERMS: dict[str, Callable[[Case], Document]] = {
    "$unset": unset,
    "$mul": multiplied,
    "$min": least_or_greatest,
    "$max": least_or_greatest,
    "$rename": renamed,
    "$currentDate": dated,
    "$pushAll": lambda this: (
        Case("$push", this.document, this.path, this.value, {"$each": this.argument}).theirs
    ),
    "$sort": ordered,
}


# --- what is refused ----------------------------------------------------------------------------------------


def is_blocked(document: Document, path: str) -> bool:
    """Nothing can be put there: a value is in the way, or an array without an index."""
    found: Any = document
    for part in path.split("."):
        if isinstance(found, list):
            if not part.isdigit():
                return True
            found = found[int(part)] if int(part) < len(found) else ABSENT
        elif is_object(found):
            found = found.get(part, ABSENT)
        else:
            return True
        if found is ABSENT:
            return False
    return False


def goes_through_an_array(document: Document, path: str) -> bool:
    parts = path.split(".")
    return any(isinstance(at(document, ".".join(parts[:end])), list) for end in range(1, len(parts)))


def is_refused(this: Case) -> bool:
    """By MongoDB's manual."""
    name, is_there = this.operator, this.value is not ABSENT
    if name == "$rename":
        one, other = this.path.split("."), this.argument.split(".")
        shorter = min(len(one), len(other))
        among = goes_through_an_array(this.document, this.path)
        return one[:shorter] == other[:shorter] or (
            is_there
            and (
                among
                or is_blocked(this.document, this.argument)
                or goes_through_an_array(this.document, this.argument)
            )
        )
    if is_there and name in ("$inc", "$mul") and not is_number(this.value):
        return True
    if is_there and name in OF_ARRAYS + OF_PUSH and not isinstance(this.value, list):
        return True
    if name in ("$unset", *ONLY_OF_WHAT_IS_THERE):
        return False
    return is_blocked(this.document, this.path)
