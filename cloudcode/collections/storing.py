"""Collections in the database: which there are, and documents put in, replaced and taken out with what finds
them."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cloudcode.collections import effort
from cloudcode.collections.keys import BETWEEN, NULL, index_keys, whole_key
from cloudcode.collections.paths import Parts, parts_of
from cloudcode.collections.statements import change, rows
from cloudcode.collections.values import Document, as_script_gave, canonical
from cloudcode.models import Collection, CollectionIndex
from cloudcode.sandbox.running import Refused
from protocol.ids import new_id
from realtime.sql import SQLITE, among, by_vendor, encode_list, given, given_values

LOCK = 0x636F6C  # "col": advisory locks of collections
ITEMS = "data."  # in front of the names of the data service's types
MOST_OF_ITEM = 400 * 1024  # bytes of an item's JSON
MOST_MS = 2**62  # that a column takes
LONGEST_NAME = 120
LONGEST_ID = 250
DUPLICATE = "E11000 duplicate key error"

_OPEN = """
SELECT c.id, i.id, i.name, i.fields, i."unique", i.sparse, i.multiple, i.ready
FROM cloudcode_collection c LEFT JOIN cloudcode_collectionindex i ON i.collection_id = c.id AND NOT i.dropped
WHERE c.stage_id = %s AND c.name = %s ORDER BY i.id
"""
_JSON = by_vendor(sqlite="g.document", postgresql="g.document::jsonb")
_ROWS = given("g", key="text", text="text", document="text", expires_ms="bigint")
_INSERT = f"""
INSERT INTO cloudcode_document (collection_id, key, text, document, expires_ms)
SELECT %s, g.key, g.text, {_JSON}, g.expires_ms FROM {_ROWS} WHERE TRUE ORDER BY g.place
ON CONFLICT (collection_id, key) DO NOTHING RETURNING id, key
"""
_REPLACE = f"""
UPDATE cloudcode_document SET text = %s, document = {by_vendor(sqlite="%s", postgresql="%s::jsonb")},
expires_ms = %s WHERE id = %s
"""
_ENTRIES = given("g", index_id="bigint", key="text", document_id="bigint", once="text")
_ADD_ENTRIES = f"""
INSERT INTO cloudcode_indexentry (index_id, key, document_id, "only")
SELECT g.index_id, g.key, g.document_id, g.once FROM {_ENTRIES} WHERE TRUE
ON CONFLICT DO NOTHING RETURNING index_id, key, document_id
"""
# `column IN_NUMBERS`: a list of whole numbers, made by `encode_list`.
IN_NUMBERS = among(
    by_vendor(
        sqlite="SELECT value FROM json_each(%s)",
        postgresql="SELECT json_array_elements_text(%s::json)::bigint",
    )
)
_DROP_ENTRIES = f"DELETE FROM cloudcode_indexentry WHERE document_id {IN_NUMBERS}"
_DROP_OF_INDEXES = f"{_DROP_ENTRIES} AND index_id {IN_NUMBERS}"
_DROP_DOCUMENTS = f"DELETE FROM cloudcode_document WHERE id {IN_NUMBERS}"


@dataclass(frozen=True, slots=True)
class Index:
    id: int
    name: str
    fields: tuple[Parts, ...]
    unique: bool
    sparse: bool
    multiple: bool
    ready: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A collection with its indexes, as they are now."""

    id: int
    indexes: tuple[Index, ...] = ()
    of_items: bool = False


def opened(stage_id: int, name: str) -> Opened | None:
    """None where nothing was ever put in."""
    found = rows(_OPEN, [stage_id, name])
    if not found:
        return None
    indexes = tuple(_index(row[1:]) for row in found if row[1] is not None)
    return Opened(found[0][0], indexes, name.startswith(ITEMS))


def _index(row: Sequence[Any]) -> Index:
    id_, name, fields, *flags = row
    paths = tuple(parts_of(path) for path, _ in json.loads(fields))
    return Index(id_, name, paths, *(bool(each) for each in flags))


@contextmanager
def changing(
    stage_id: int, name: str, alone: bool = False, seconds: float = effort.SECONDS
) -> Iterator[Opened]:
    """A transaction that changes documents. No index comes or goes meanwhile; `alone`: nor any document."""
    if not name.partition(".")[2] or len(name) > LONGEST_NAME or "\0" in name:
        raise Refused(f"a collection's name has 1 to {LONGEST_NAME} characters")
    with effort.bounded(seconds), transaction.atomic():
        if not SQLITE:
            lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
            rows(f"SELECT {lock}(%s::int, hashtext(%s))", [LOCK, f"{stage_id}:{name}"])
        found = opened(stage_id, name)
        if found is None:
            made, _ = Collection.objects.get_or_create(stage_id=stage_id, name=name)
            found = Opened(made.pk, of_items=name.startswith(ITEMS))
        yield found


def with_id(document: Document) -> Document:
    """The same with an `_id`, which stands first."""
    if "_id" in document:
        return document
    return {"_id": {"$oid": new_id()}, **document}


def id_key(document: Document) -> str:
    """Raises Refused."""
    id_ = document["_id"]
    if id_ is None or isinstance(id_, list):
        raise Refused("_id cannot be null or an array")
    found = whole_key(id_)
    if len(found) > LONGEST_ID:
        raise Refused(f"_id is longer than {LONGEST_ID} characters")
    return found


def insert(into: Opened, documents: Sequence[Document]) -> None:
    """All or, raising Refused, none. Each has its `_id`. Inside `changing`."""
    keyed = {id_key(each): each for each in documents}
    if not documents:
        return
    values = [[key, *_columns(into, each)] for key, each in keyed.items()]
    made = rows(_INSERT, [into.id, *given_values(values)])
    if len(made) < len(documents):
        raise Refused(f"{DUPLICATE}: _id")
    add_entries(into.indexes, [(row_id, keyed[key]) for row_id, key in made])


def replace(inside: Opened, changed: Sequence[tuple[int, Document]]) -> None:
    """Documents by their rows' ids, which the caller holds. Inside `changing`."""
    for row_id, document in changed:
        change(_REPLACE, [*_columns(inside, document), row_id])
    if inside.indexes:
        change(_DROP_ENTRIES, [encode_list([row_id for row_id, _ in changed])])
        add_entries(inside.indexes, changed)


def _columns(inside: Opened, document: Document) -> tuple[str, str, int | None]:
    """Its text in both forms, and when it is over. Raises Refused."""
    text = as_script_gave(document)
    if not inside.of_items:
        return text, canonical(document), None
    if len(text.encode()) >= MOST_OF_ITEM:
        raise Refused(f"an item has less than {MOST_OF_ITEM // 1024} KB")
    ttl = document.get("ttl")
    return text, canonical(document), None if ttl is None else int(max(-MOST_MS, min(MOST_MS, ttl)))


def remove(row_ids: Sequence[int]) -> None:
    """Inside `changing`."""
    listed = encode_list(row_ids)
    change(_DROP_ENTRIES, [listed])
    change(_DROP_DOCUMENTS, [listed])


def add_missing_entries(indexes: Sequence[Index], documents: Sequence[tuple[int, Document]]) -> None:
    """Of documents that may have some."""
    change(
        _DROP_OF_INDEXES,
        [encode_list([row_id for row_id, _ in documents]), encode_list([i.id for i in indexes])],
    )
    add_entries(indexes, documents)


def add_entries(indexes: Sequence[Index], documents: Sequence[tuple[int, Document]]) -> None:
    """Raises Refused where a value is to be there once and is there already."""
    for index in indexes:
        entries: list[list[object]] = []
        multiple = False
        for row_id, document in documents:
            effort.look()
            keys, several = index_keys(document, index.fields)
            multiple = multiple or several
            entries += [[index.id, key, row_id, _only(index, whole)] for key, whole in sorted(keys.items())]
        if multiple and not index.multiple:
            CollectionIndex.objects.filter(pk=index.id, multiple=False).update(multiple=True)
        if entries and len(rows(_ADD_ENTRIES, given_values(entries))) < len(entries) and index.unique:
            raise Refused(f"{DUPLICATE}: {index.name}")


def _only(index: Index, whole: str) -> str:
    nothing = BETWEEN.join([NULL] * len(index.fields))
    if not index.unique or (index.sparse and whole == nothing):
        return ""
    return hashlib.sha256(whole.encode()).hexdigest()
