"""Queries by an indexed field look its entries up, on both databases."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from cloudcode.collections import finding, indexes
from cloudcode.collections.changing import Target, insert
from cloudcode.collections.finding import Asked
from cloudcode.collections.places import InCollection
from cloudcode.collections.storing import opened
from cloudcode.models import CollectionIndex, Document, IndexEntry
from games.models import Stage
from portal.preview_data import empty_preview
from realtime.postgresql.jobs import SETTINGS
from realtime.sql import SQLITE

pytestmark = pytest.mark.django_db

DOCUMENTS = [
    {"_id": at, "a": at % 50, "tags": [f"t{at % 20}", f"u{at % 7}"], "who": f"p{at}", "deep": [{"x": at % 9}]}
    for at in range(600)
]
ENTRIES = "cloudcode_indexentry_pkey" if not SQLITE else "sqlite_autoindex_cloudcode_indexentry_1"
OF_COLLECTION = "document_order" if SQLITE else "document_"  # whichever of its indexes
KEY = "document_key" if not SQLITE else "sqlite_autoindex_cloudcode_document_1"
CASES: Sequence[tuple[dict[str, Any], dict[str, Any] | None, str, int]] = [
    ({"a": 7}, None, ENTRIES, 12),
    ({"tags": "t3"}, None, ENTRIES, 30),
    ({"tags": {"$in": ["t3", "t4"]}}, None, ENTRIES, 60),
    ({"deep.x": 5}, None, ENTRIES, 67),
    ({"a": {"$gte": 48}}, None, ENTRIES, 24),
    ({"a": {"$gt": 3, "$lt": 5}}, None, ENTRIES, 12),
    ({"a": 7, "who": "p57"}, None, ENTRIES, 1),
    ({"a": 7, "who": {"$gte": "p5"}}, None, ENTRIES, 4),
    ({"$and": [{"a": 7}, {"who": {"$ne": "p57"}}]}, None, ENTRIES, 11),
    ({}, {"a": -1}, ENTRIES, 10),
    ({"a": 7}, {"who": 1}, ENTRIES, 10),
    ({"_id": 5}, None, KEY, 1),
    ({"_id": {"$gte": 590}}, None, KEY, 10),
    ({"none": 1}, None, OF_COLLECTION, 0),
]


@pytest.fixture
def place(stage: Stage) -> InCollection:
    insert(Target(stage.pk, "script.c"), DOCUMENTS)
    for keys in ({"tags": 1}, {"deep.x": 1}, {"a": 1, "who": 1}):
        index_id = indexes.ensure(stage.pk, "script.c", keys, None)
        assert index_id is not None
        assert [indexes.build(index_id), indexes.build(index_id)] == [True, False]
    inside = opened(stage.pk, "script.c")
    assert inside is not None
    return InCollection(inside)


@pytest.mark.parametrize(("filter_", "sort", "index", "count"), CASES)
def test_a_query_reads_the_index_that_fits(
    place: InCollection, filter_: dict[str, Any], sort: dict[str, Any] | None, index: str, count: int
) -> None:
    query = finding.read(Asked(filter_, sort=sort, limit=10 if sort else 0))
    statement, values = finding.select(place, query, "d.id", 100)
    with connection.cursor() as cursor:
        if not SQLITE:
            cursor.execute("ANALYZE cloudcode_document, cloudcode_indexentry")
            for name, value in SETTINGS.items():  # those of the threads that answer scripts
                cursor.execute("SELECT set_config(%s, %s, TRUE)", [name, value])
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if SQLITE else ''}{statement}", values)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert index in plan, plan
    assert "Seq Scan" not in plan
    assert "SCAN cloudcode" not in plan
    assert len(finding.find(place, query).documents) == min(count, 100)


def test_a_sort_by_an_index_reads_no_more_than_it_shows(place: InCollection) -> None:
    found = finding.find(place, finding.read(Asked({}, {"who": 1, "_id": 0}, {"a": -1, "who": -1}, limit=3)))
    assert b"".join(map(bytes, found.documents)) == b'{"who":"p99"}{"who":"p599"}{"who":"p549"}'
    statement, _ = finding.select(place, finding.read(Asked({}, sort={"a": 1}, limit=3)), "d.id", 3)
    assert "ORDER BY e.key" in statement


def test_an_index_that_is_not_complete_is_not_looked_by(stage: Stage) -> None:
    insert(Target(stage.pk, "script.c"), DOCUMENTS)
    index_id = indexes.ensure(stage.pk, "script.c", {"a": 1}, None)
    assert index_id is not None
    indexes.build(index_id)
    inside = opened(stage.pk, "script.c")
    assert inside is not None
    query = finding.read(Asked({"a": 7}))
    assert len(finding.find(InCollection(inside), query).documents) == 12
    assert "cloudcode_indexentry" not in finding.select(InCollection(inside), query, "d.id", 1)[0]
    insert(Target(stage.pk, "script.c"), [{"_id": "new", "a": 7}])
    while indexes.tidy():
        pass
    inside = opened(stage.pk, "script.c")
    assert inside is not None
    assert "cloudcode_indexentry" in finding.select(InCollection(inside), query, "d.id", 1)[0]
    assert len(finding.find(InCollection(inside), query).documents) == 13


def test_what_is_dropped_is_deleted_by_and_by(stage: Stage, place: InCollection) -> None:
    assert IndexEntry.objects.count() > 2000
    for each in indexes.described(stage.pk, "script.c"):
        indexes.drop(stage.pk, "script.c", each["name"])
    while indexes.tidy():
        pass
    assert (IndexEntry.objects.count(), CollectionIndex.objects.count(), Document.objects.count()) == (
        0,
        0,
        600,
    )


def test_a_stage_takes_its_collections_with_it(stage: Stage, place: InCollection) -> None:
    live = stage.game.stage("live")
    insert(Target(live.pk, "script.c"), [{"_id": 1}])
    empty_preview(stage.game, None)
    assert [Document.objects.count(), IndexEntry.objects.count(), CollectionIndex.objects.count()] == [
        1,
        0,
        0,
    ]
    insert(Target(stage.pk, "script.c"), [{"_id": 1}])
    index_id = indexes.ensure(stage.pk, "script.c", {"a": 1}, None)
    assert index_id is not None
    indexes.build(index_id)
    stage.game.delete()
    assert [Document.objects.count(), IndexEntry.objects.count(), CollectionIndex.objects.count()] == [
        0,
        0,
        0,
    ]
