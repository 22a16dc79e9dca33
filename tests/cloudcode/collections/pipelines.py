"""Aggregations at random, of each stage, accumulator and expression; beside each what mongomock is asked for.

mongomock leads no path of an aggregation through arrays as MongoDB does, and compares and adds as Python
does. So it gets documents in which such a path's value stands in a field of its own, found here by the
manual's rules, and where it only gathers what a group has, the last line of reckoning is here, too.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mongomock.filtering import BsonComparable, iter_key_candidates
from sentinels import NOTHING

from tests.cloudcode.collections.cases import (
    Cases,
    Document,
    as_mongo,
    from_mongo,
    is_number,
    is_object,
    is_text,
)

ABSENT: Any = object()
Rows = list[Document]


@dataclass(slots=True)
class Pipeline:
    """`ours` runs over all documents. `theirs` over those with `fields` more; `then` is done to its rows.

    `in_order`: the rows' order is a part of the answer.
    """

    ours: list[Document]
    theirs: list[Document] = field(default_factory=list)
    fields: dict[str, Callable[[Document], Any]] = field(default_factory=dict)
    then: Callable[[Rows], Rows] = list
    in_order: bool = True
    everything: Any = None  # what a stage answers that does nothing

    def __post_init__(self) -> None:
        self.theirs = self.theirs or self.ours

    def with_fields(self, documents: Sequence[Document]) -> Rows:
        made = []
        for document in documents:
            more = {name: value_of(document) for name, value_of in self.fields.items()}
            made.append(document | {name: each for name, each in more.items() if each is not ABSENT})
        return made


def value_at(document: Any, parts: Sequence[str]) -> Any:
    """Of an expression's path: through an array it is the array of what its objects have there."""
    if not parts:
        return document
    if isinstance(document, list):
        found = [value_at(each, parts) for each in document if is_object(each)]
        return [each for each in found if each is not ABSENT]
    if not is_object(document) or parts[0] not in document:
        return ABSENT
    return value_at(document[parts[0]], parts[1:])


def at(path: str) -> Callable[[Document], Any]:
    return lambda document: value_at(document, path.split("."))


def comparable(value: Any) -> BsonComparable:
    return BsonComparable(None if value is ABSENT else as_mongo(value))


def a_path(cases: Cases) -> str:
    """Of keys alone, one to three of them."""
    path, _ = cases.walk(cases.pick(*(each for each in cases.documents if len(each) > 1)), by_index=0)
    return cases.pick(path, path, path, cases.pick("a", "b", "c"), "none")


# --- stages -------------------------------------------------------------------------------------------------


def match(cases: Cases) -> Pipeline:
    """In SQL where it comes first, else among the rows."""
    wanted = cases.filter(cases.pick("$eq", "$gt", "$lte", "$in", "$or", "$type"))
    return Pipeline([*cases.pick([], [{"$limit": 1000}]), {"$match": wanted}])


def skip(cases: Cases) -> Pipeline:
    return Pipeline([{"$sort": {"_id": cases.pick(1, -1)}}, {"$skip": cases.pick(1, 2, 7, 39)}])


def limit(cases: Cases) -> Pipeline:
    bounds = cases.pick([], [{"$skip": cases.pick(1, 5)}], [{"$limit": 30}, {"$skip": 2}])
    return Pipeline([{"$sort": {"_id": cases.pick(1, -1)}}, *bounds, {"$limit": cases.pick(1, 2, 7, 39)}])


def count(cases: Cases) -> Pipeline:
    wanted = cases.filter(cases.pick("$gt", "$lte", "$regex", "$type"))
    return Pipeline(
        [{"$match": wanted}, {"$count": "n"}], then=lambda rows: [each for each in rows if each["n"]]
    )


def sort(cases: Cases) -> Pipeline:
    """Of an array the least or the greatest element counts, and none comes before null.

    Documents with objects there are left out: these are ordered by their texts, unlike MongoDB's.
    """
    ours, theirs, fields = dict[str, int](), dict[str, int](), {}
    for number in range(cases.pick(1, 2)):
        path, direction = a_path(cases), cases.pick(1, -1)
        if path not in ours:
            ours[path], theirs[f"by{number}"] = direction, direction
            fields[f"by{number}"] = sorting_value(path, direction)
    plain = [
        document["_id"]
        for document in cases.documents
        if not any(is_container(*value_of(document)) for value_of in fields.values())
    ]
    first = [{"$match": {"_id": {"$in": plain}}}]
    last = {"_id": 1}
    among = cases.pick([], [{"$limit": 1000}])
    return Pipeline([*first, *among, {"$sort": ours | last}], [*first, {"$sort": theirs | last}], fields)


def is_container(value: Any = None) -> bool:
    return isinstance(value, list) or is_object(value)


def sorting_value(path: str, direction: int) -> Callable[[Document], Any]:
    """In an array, whose first element it sorts by; or the empty one."""

    def value_of(document: Document) -> list[Any]:
        candidates = iter_key_candidates(path, as_mongo(document))
        found = [None if each is NOTHING else from_mongo(each) for each in candidates]
        elements = [each for value in found for each in (value if isinstance(value, list) else [value])]
        if [] in found and (direction == 1 or not elements):
            return []
        return [(min if direction == 1 else max)(elements, key=comparable, default=None)]

    return value_of


def unwind(cases: Cases) -> Pipeline:
    """It goes into no array on the way."""
    path, keep = a_path(cases), cases.pick(True, False)
    option: Any = {"path": f"${path}", "preserveNullAndEmptyArrays": True} if keep else f"${path}"
    return Pipeline([{"$unwind": option}, {"$sort": {"_id": 1}}])


def project(cases: Cases) -> Pipeline:
    path, other = a_path(cases), cases.pick("a", "b", "c")
    paths = {path} if path.split(".")[0] == other else {path, other}
    flag = cases.pick(1, 0)
    named: Document = dict.fromkeys(sorted(paths), flag)
    if cases.chance.random() < 0.4:
        named["_id"] = 0
    return Pipeline([{"$project": named}])


def group(cases: Cases) -> Pipeline:
    """By nothing, by a field, or by several; in SQL where it comes first."""
    paths = sorted({a_path(cases) for _ in range(cases.pick(1, 1, 2))})
    ours: Any = f"${paths[0]}" if len(paths) == 1 else {f"k{at}": f"${path}" for at, path in enumerate(paths)}
    theirs: Any = "$by0" if len(paths) == 1 else {f"k{at}": f"$by{at}" for at in range(len(paths))}
    counted = {"n": {"$sum": 1}}
    first = cases.pick([], [{"$limit": 1000}])
    return Pipeline(
        [*first, {"$group": {"_id": ours, **counted}}],
        [{"$group": {"_id": theirs, **counted}}],
        {f"by{number}": at(path) for number, path in enumerate(paths)},
        in_order=False,
    )


STAGES: dict[str, Callable[[Cases], Pipeline]] = {
    "$match": match,
    "$group": group,
    "$project": project,
    "$sort": sort,
    "$skip": skip,
    "$limit": limit,
    "$unwind": unwind,
    "$count": count,
}


# --- accumulators -------------------------------------------------------------------------------------------


def numbers_of(values: list[Any]) -> list[Any]:
    return [each for each in values if is_number(each)]


def there(values: list[Any]) -> list[Any]:
    return [each for each in values if each is not None]


def different(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for each in values:
        if not any(repr(each) == repr(other) for other in found):
            found.append(each)
    return found


def average(values: list[Any]) -> Any:
    numbers = numbers_of(values)
    return math.fsum(numbers) / len(numbers) if numbers else None


# Of all that a group's documents have; `$first` and `$last` see null where there is nothing.
GATHERED: dict[str, Callable[[list[Any]], Any]] = {
    "$sum": lambda values: math.fsum(numbers_of(values)),
    "$avg": average,
    "$min": lambda values: min(there(values), key=comparable, default=None),
    "$max": lambda values: max(there(values), key=comparable, default=None),
    "$first": lambda values: values[0],
    "$last": lambda values: values[-1],
    "$push": lambda values: values,
    "$addToSet": different,
}


def accumulated(cases: Cases, operator: str) -> Pipeline:
    path = a_path(cases)
    by = cases.pick(None, "$a", "$b", "$c")
    gathered: Any = {"$ifNull": ["$it", None]} if operator in ("$first", "$last") else "$it"

    def then(rows: Rows) -> Rows:
        return [{"_id": row["_id"], "r": GATHERED[operator](row["r"])} for row in rows]

    return Pipeline(
        [*cases.pick([], [{"$limit": 1000}]), {"$group": {"_id": by, "r": {operator: f"${path}"}}}],
        [{"$group": {"_id": by, "r": {"$push": gathered}}}],
        {"it": at(path)},
        then,
        in_order=False,
    )


# --- expressions --------------------------------------------------------------------------------------------

# What the arguments that are paths must be; null and nothing go everywhere but into $size.
WANTED: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$add", "$subtract", "$multiply", "$divide", "$mod"), is_number),
    "$concat": is_text,
    "$size": lambda value: isinstance(value, list),
}
PLAIN: dict[str, Callable[[Cases], Any]] = {
    **dict.fromkeys(("$add", "$subtract", "$multiply", "$divide"), lambda cases: cases.pick(2, -3, 0.5)),
    "$mod": lambda cases: cases.pick(3, -7, 1.5),
    "$concat": lambda cases: cases.pick("x", "", "é"),
    "$ifNull": lambda cases: cases.pick(7, "x", None, {"$date": 0}),
}


def computed(cases: Cases, operator: str) -> Pipeline:
    """Of the documents whose fields are such as the operator takes."""
    if operator == "$literal":
        constant = cases.pick("$a", 1, "x", {"a": "$b"}, [1, "$c"], None)
        return Pipeline([{"$project": {"r": {"$literal": constant}, "a": 1}}])
    wanted = WANTED.get(operator, lambda value: True)
    paths = [some_path(cases, wanted) for _ in range(1 if operator == "$size" else 2)]
    ours, theirs = ([f"${name}" for name in names] for names in (paths, ("it0", "it1")[: len(paths)]))
    if operator not in ("$size", "$ifNull") and cases.chance.random() < 0.7:
        plain = PLAIN[operator](cases)
        ours, theirs = [ours[0], plain], [theirs[0], plain]
    if operator == "$ifNull":
        plain = PLAIN[operator](cases)
        ours, theirs = [ours[0], plain], [theirs[0], plain]
    elif operator != "$size" and cases.chance.random() < 0.5:  # an expression in an expression
        plain = PLAIN[operator](cases)
        ours, theirs = ([{operator: given}, plain] for given in (ours, theirs))
    fields = {f"it{number}": at(path) for number, path in enumerate(paths)}
    fits = [
        document["_id"]
        for document in cases.documents
        for found in [[value_of(document) for value_of in fields.values()]]
        if all(wanted(each) or (operator != "$size" and (each is None or each is ABSENT)) for each in found)
    ]
    first = {"$match": {"_id": {"$in": fits}}}
    return Pipeline(
        [first, {"$project": {"r": {operator: ours}}}],
        [first, {"$project": {"r": {operator: theirs}}}],
        fields,
    )


def some_path(cases: Cases, wanted: Callable[[Any], bool]) -> str:
    """To something that is wanted, in one document at least."""
    while True:
        path = a_path(cases)
        if any(found is not ABSENT and wanted(found) for found in map(at(path), cases.documents)):
            return path


EXPRESSIONS = ("$add", "$subtract", "$multiply", "$divide", "$mod", "$concat", "$ifNull", "$size", "$literal")


def pipeline(cases: Cases, operator: str) -> Pipeline:
    """`operator`: as `stage $sort`, `accumulator $sum`, `expression $add`."""
    kind, _, name = operator.partition(" ")
    if kind == "stage":
        return STAGES[name](cases)
    return (accumulated if kind == "accumulator" else computed)(cases, name)
