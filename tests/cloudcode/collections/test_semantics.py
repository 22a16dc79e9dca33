"""Filters in SQL beside mongomock, which has MongoDB's rules from elsewhere, and beside our own matching.

Where mongomock answers something else, the reason stands in `DIFFERENCES`: each is a rule of MongoDB's manual
that it does not follow.
"""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import mongomock
import pytest

from cloudcode.collections import finding
from cloudcode.collections.changing import Target, insert
from cloudcode.collections.finding import Asked
from cloudcode.collections.matching import meets
from cloudcode.collections.paths import MISSING, parts_of, reached
from cloudcode.collections.places import InCollection, Place
from cloudcode.collections.storing import opened
from games.models import Stage
from tests.cloudcode.collections.cases import OPERATORS, Cases, Document, as_mongo, is_number, is_object

pytestmark = pytest.mark.django_db

DOCUMENTS = 40
FILTERS = 50  # of each operator

Fields = list[tuple[str, Document]]  # a path, and its operators


def values_at(document: Document, path: str) -> list[Any]:
    return [each for each in reached(document, parts_of(path)) if each is not MISSING]


def has_array_among(operators: Document, document: Document, path: str) -> bool:
    wanted = [operators.get(name) for name in ("$eq", "$ne")]
    for name in ("$in", "$nin", "$all"):
        wanted += operators.get(name, [])
    return any(isinstance(each, list) for each in wanted)


def goes_behind_a_value(operators: Document, document: Document, path: str) -> bool:
    parts = path.split(".")
    before = (values_at(document, ".".join(parts[:end])) for end in range(1, len(parts)))
    return any(not isinstance(each, list) and not is_object(each) for values in before for each in values)


def has_null(operators: Document) -> bool:
    return any(each is None or (isinstance(each, list) and None in each) for each in operators.values())


def counts_no_array(operators: Document, document: Document, path: str) -> bool:
    return "$size" in operators and not all(map(is_list, values_at(document, path)))


def is_there_in_part(operators: Document, document: Document, path: str) -> bool:
    found = reached(document, parts_of(path))
    return "$exists" in operators and MISSING in found and bool(values_at(document, path))


def has_null_behind_a_value(operators: Document, document: Document, path: str) -> bool:
    return has_null(operators) and goes_behind_a_value(operators, document, path)


def has_null_by_an_index(operators: Document, document: Document, path: str) -> bool:
    return has_null(operators) and any(part.isdigit() for part in path.split("."))


def has_all_of_null(operators: Document, document: Document, path: str) -> bool:
    return "$all" in operators and has_null(operators)


def denies_what_is_not_there(operators: Document, document: Document, path: str) -> bool:
    return "$not" in operators and (
        MISSING in reached(document, parts_of(path)) or not values_at(document, path)
    )


def has_arrays_in_arrays(operators: Document, document: Document, path: str) -> bool:
    elements = [each for value in values_at(document, path) if is_list(value) for each in value]
    return "$elemMatch" in operators and any(map(is_list, elements))


# By the rule that mongomock breaks: whether a field of the filter is a case of it.
DIFFERENCES: dict[str, Callable[[Document, Document, str], bool]] = {
    "an array is equal to an array that is an element": has_array_among,
    "$size counts arrays alone, not the characters of texts and the fields of objects": counts_no_array,
    "a field exists if one of an array's objects has it": is_there_in_part,
    "null is what is missing behind a value that is no object": has_null_behind_a_value,
    "a number in a path is also a key, which an array's objects lack": has_null_by_an_index,
    "$all of null is what is missing": has_all_of_null,
    "$not holds where there is nothing": denies_what_is_not_there,
    "$elemMatch looks into no array inside of the array": has_arrays_in_arrays,
}
FAILS = {"$all", "$size"}  # on values that are no arrays, where there is nothing to find


def is_list(value: Any) -> bool:
    return isinstance(value, list)


def fields_of(given: Document) -> Iterator[tuple[str, Document]]:
    for name, wanted in given.items():
        if name.startswith("$"):
            for each in wanted:
                yield from fields_of(each)
        else:
            yield name, wanted
            if "$not" in wanted:
                yield name, wanted["$not"]


def explained(given: Document, document: Document, failed: bool) -> bool:
    fields = list(fields_of(given))
    if failed:
        return any(FAILS & operators.keys() for _, operators in fields)
    return any(
        breaks(operators, document, path) for path, operators in fields for breaks in DIFFERENCES.values()
    )


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> Cases:
    return Cases(OPERATORS.index(request.getfixturevalue("operator")), DOCUMENTS)


@pytest.fixture
def place(stage: Stage, cases: Cases) -> Place:
    insert(Target(stage.pk, "script.c"), cases.documents)
    inside = opened(stage.pk, "script.c")
    assert inside is not None
    return InCollection(inside)


@pytest.fixture
def other(cases: Cases) -> Any:
    """mongomock's collection."""
    made = mongomock.MongoClient(tz_aware=True).db.c
    made.insert_many([as_mongo(each) for each in cases.documents])
    return made


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_filter_selects_what_mongodb_would(operator: str, cases: Cases, place: Place, other: Any) -> None:
    telling = 0
    for _ in range(FILTERS):
        given = cases.filter(operator)
        query = finding.read(Asked(given))
        found = [json.loads(bytes(each))["_id"] for each in finding.find(place, query).documents]
        assert found == [each["_id"] for each in cases.documents if meets(each, query.condition)], given
        theirs = by_mongomock(other, in_their_terms(given, cases.documents))
        for document in cases.documents:
            agreed = theirs is not None and (document["_id"] in found) == (document["_id"] in theirs)
            assert agreed or explained(given, document, theirs is None), (given, document)
        telling += 0 < len(found) < DOCUMENTS
    assert telling >= FILTERS / 2


def in_their_terms(given: Any, documents: list[Document]) -> Any:
    """mongomock has no $mod: instead it looks for those of all numbers that leave the remainder."""
    if isinstance(given, list):
        return [in_their_terms(each, documents) for each in given]
    if not isinstance(given, dict):
        return given
    if "$mod" in given:
        divisor, remainder = given["$mod"]
        numbers = numbers_in([document | {"_id": None} for document in documents])
        leaves = [each for each in numbers if math.fmod(int(each), divisor) == remainder]
        return {"$in": leaves}
    return {name: in_their_terms(each, documents) for name, each in given.items()}


def numbers_in(value: Any) -> Iterator[float]:
    if is_number(value):
        yield value
    elif is_object(value) or is_list(value):
        for each in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(each)


def by_mongomock(other: Any, given: Document) -> set[int] | None:
    """The documents that it finds; None where it fails on the way."""
    try:
        return {each["_id"] for each in other.find(as_mongo(given), {"_id": 1})}
    except TypeError:
        return None
