"""Updates beside mongomock's, of each operator and each of `$push`'s own, through the database.

`update_cases.py` says what mongomock is asked for where it lacks an operator, or goes astray; what is left
stands in `DIFFERENCES`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from cloudcode.collections.changing import Modification, Target, insert, modify
from cloudcode.collections.updates import Update
from cloudcode.models import Document as Row
from cloudcode.sandbox.running import Refused
from games.models import Stage
from protocol.dates import now_ms
from tests.cloudcode.collections.cases import Cases, Document
from tests.cloudcode.collections.update_cases import (
    ARGUMENTS,
    Case,
    at,
    by_mongomock,
    case,
    is_refused,
)

CASES = 100  # of each operator that can be done, half of which change something


def looks_for_an_array(this: Case) -> bool:
    wanted = this.argument.get("$in", []) if isinstance(this.argument, dict) else []
    return this.operator == "$pull" and any(isinstance(each, list) for each in wanted)


DIFFERENCES: dict[str, Callable[[Case], bool]] = {
    "an array is equal to an array that is an element": looks_for_an_array,
}


@pytest.mark.django_db
@pytest.mark.parametrize("operator", ARGUMENTS)
def test_an_update_makes_what_mongodb_would(operator: str, stage: Stage) -> None:
    cases = Cases(sum(map(ord, operator)), 40)
    target, kept, telling = Target(stage.pk, "script.c"), dict[int, Document](), 0
    inserting = operator == "$setOnInsert"
    while len(kept) < CASES:
        this = case(cases, operator)
        if is_refused(this):
            with pytest.raises(Refused):
                Update(this.update).of(this.document, inserting=True)
            continue
        number = len(kept)
        document = this.document | {"_id": number}
        if not inserting:
            insert(target, [document])
        query = document if inserting else {"_id": number}
        asked = Modification(query=query, update=this.update, upsert=inserting, return_new=True)
        made = kept[number] = modify(target, asked) or {}
        if inserting:
            assert modify(target, Modification(query={"_id": number}, update=this.update)) == made
        if operator == "$currentDate":
            assert 0 <= now_ms() - at(made, this.path)["$date"] < 60_000
            made = by_mongomock(made, {"$set": {this.path: {"$date": 0}}})
        expected = by_mongomock(document, this.theirs, inserting)
        assert made == expected or any(of(this) for of in DIFFERENCES.values()), (document, this.update)
        telling += made != document
    assert {row.document["_id"]: row.document for row in Row.objects.all()} == kept
    assert telling >= CASES / 2


@pytest.mark.parametrize(
    ("update", "made"),
    [
        ({"$mul": {"n": 3}}, {"n": 6}),
        ({"$mul": {"none": 3}}, {"none": 0}),
        ({"$mul": {"n": 0.25}}, {"n": 0.5}),
        ({"$push": {"l": {"$each": [2], "$sort": 1}}}, {"l": [1, 2, 3]}),
        ({"$push": {"l": {"$each": [2], "$sort": -1, "$slice": 2}}}, {"l": [3, 2]}),
        ({"$push": {"o": {"$each": [{"a": 2}], "$sort": {"a": -1}}}}, {"o": [{"a": 3}, {"a": 2}, {"a": 1}]}),
        ({"$pull": {"o": {"a": {"$gt": 1}}}}, {"o": [{"a": 1}]}),
        ({"$rename": {"d.x": "y.z"}}, {"d": {}, "y": {"z": 1}}),
        ({"$set": {"l.1": 9, "l.3": 7}}, {"l": [3, 9, None, 7]}),
        ({"$unset": {"l.0": 1, "d.x": 1, "none.x": 1}}, {"l": [None, 1], "d": {}}),
        ({"$setOnInsert": {"n": 9}, "$set": {"m": {"$date": 5}}}, {"m": {"$date": 5}}),
        ({"$min": {"n": "text"}, "$max": {"d": 5}}, {}),
    ],
)
def test_what_mongomock_does_not_know(update: Document, made: Document) -> None:
    document = {"_id": 1, "n": 2, "l": [3, 1], "o": [{"a": 3}, {"a": 1}], "d": {"x": 1}}
    assert Update(update).of(document) == document | made


@pytest.mark.parametrize(
    "update",
    [
        *({"$set": {"n.x": 1}}, {"$set": {"l.x": 1}}, {"$set": {"l.50000": 1}}, {"$inc": {"l": 1}}),
        *({"$inc": {"n": "1"}}, {"$push": {"n": 1}}, {"$pop": {"l": 2}}, {"$rename": {"n": "n.x"}}),
        *({"$set": {"a": 1, "a.b": 2}}, {"$set": {"_id": 2}}, {"$set": {"a": {"$x": 1}}}, {"_id": 2}),
        *({"$set": 5}, {"$push": {"l": {"$each": 1}}}, {"$addToSet": {"l": {"$each": [1], "$slice": 1}}}, 5),
    ],
)
def test_what_cannot_be_done_is_refused(update: Any) -> None:
    with pytest.raises(Refused):
        Update(update).of({"_id": 1, "n": 2, "l": [3, 1]})
