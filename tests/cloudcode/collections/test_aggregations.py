"""Aggregations beside mongomock's: each stage, each accumulator and each expression that there is."""

from collections.abc import Callable
from typing import Any

import mongomock
import pytest

from cloudcode.collections.aggregating import Pipeline as OurPipeline
from cloudcode.collections.changing import Target, insert
from cloudcode.collections.places import InCollection
from cloudcode.collections.storing import opened
from games.models import Stage
from tests.cloudcode.collections import pipelines
from tests.cloudcode.collections.cases import Cases, Document, as_mongo, from_mongo, is_object
from tests.cloudcode.collections.pipelines import Pipeline, Rows, value_at
from tests.cloudcode.collections.test_semantics import explained

pytestmark = pytest.mark.django_db

DOCUMENTS = 40
PIPELINES = 50  # of each operator
OPERATORS = (
    *(f"stage {name}" for name in pipelines.STAGES),
    *(f"accumulator {name}" for name in pipelines.GATHERED),
    *(f"expression {name}" for name in pipelines.EXPRESSIONS),
)


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_aggregation_makes_what_mongodb_would(operator: str, stage: Stage) -> None:
    cases = Cases(sum(map(ord, operator)), DOCUMENTS)
    insert(Target(stage.pk, "script.c"), cases.documents)
    inside = opened(stage.pk, "script.c")
    assert inside is not None
    telling = 0
    for _ in range(PIPELINES):
        this = pipelines.pipeline(cases, operator)
        made = OurPipeline(this.ours).of(InCollection(inside))
        theirs = by_mongomock(this, cases.documents)
        if comparable(made, this) != comparable(theirs, this):
            assert is_explained(this, cases.documents, made, theirs), this.ours
        telling += tells(made, cases.documents)
    assert telling >= PIPELINES / 2


def by_mongomock(this: Pipeline, documents: list[Document]) -> Rows:
    collection = mongomock.MongoClient(tz_aware=True).db.c
    collection.insert_many([as_mongo(each) for each in this.with_fields(documents)])
    found: Rows = [
        from_mongo(each) for each in collection.aggregate([as_mongo(each) for each in this.theirs])
    ]
    rows = [{name: each for name, each in row.items() if name not in this.fields} for row in found]
    return this.then(rows)


def comparable(rows: Rows, this: Pipeline) -> Any:
    """With numbers to twelve digits, and what has no order in one."""
    plain = [rounded(row) for row in rows]
    if this.in_order:
        return plain
    return sorted(repr(unordered(row) if "$addToSet" in repr(this.ours) else row) for row in plain)


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: rounded(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.12g}") if type(value) in (int, float) else value


def unordered(row: Document) -> Document:
    return row | {"r": sorted(map(repr, row["r"]))}


def tells(rows: Rows, documents: list[Document]) -> bool:
    """It answers neither nothing nor everything."""
    if not rows or rows == documents:
        return False
    results = [row["r"] for row in rows if "r" in row]
    return not results or any(each not in (None, 0, []) for each in results)


def is_explained(this: Pipeline, documents: list[Document], made: Rows, theirs: Rows) -> bool:
    return any(holds(this, documents, made, theirs) for holds in DIFFERENCES.values())


def matches_otherwise(this: Pipeline, documents: list[Document], made: Rows, theirs: Rows) -> bool:
    """Each document that one alone finds is a case of test_semantics' list."""
    filters = [each["$match"] for each in this.ours if "$match" in each]
    if not filters or not all("_id" in row for row in (*made, *theirs)):
        return False
    ids = [{row["_id"] for row in rows} for rows in (made, theirs)]
    return all(
        explained(filters[0], document, False)
        for document in documents
        if (document["_id"] in ids[0]) != (document["_id"] in ids[1])
    )


def leads_to_other_elements(this: Pipeline, documents: list[Document], made: Rows, theirs: Rows) -> bool:
    """One of the paths of a $project leads to an array of more than objects."""
    named = [path.split(".") for each in this.ours for path in each.get("$project", {})]
    arrays = [
        value_at(document, parts[:end])
        for document in documents
        for parts in named
        for end in range(1, len(parts))
    ]
    return any(isinstance(it, list) and not all(map(is_object, it)) for it in arrays)


DIFFERENCES: dict[str, Callable[[Pipeline, list[Document], Rows, Rows], bool]] = {
    "a filter's (test_semantics.DIFFERENCES)": matches_otherwise,
    "$project goes into arrays inside of arrays, and leaves no other value out": leads_to_other_elements,
}
