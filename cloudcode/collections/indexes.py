"""Makes and drops indexes.

The entries of documents that are there already come in steps, by whoever asked for the index or, where that
run is over, by the job; nobody looks by it before they are complete.
"""

import contextlib
from typing import Any

import msgspec

from cloudcode.collections import effort, storing
from cloudcode.collections.finding import texts_of
from cloudcode.collections.paths import parts_of
from cloudcode.collections.places import InCollection
from cloudcode.collections.statements import change, rows
from cloudcode.collections.storing import Opened, changing
from cloudcode.models import CollectionIndex
from cloudcode.sandbox.running import Refused

MOST = 20  # of a collection
MOST_FIELDS = 4
AT_ONCE = 500
LONGEST_NAME = 100

_decode = msgspec.json.Decoder().decode

_NEXT = """
SELECT id, LENGTH(text) FROM cloudcode_document WHERE collection_id = %s AND id > %s ORDER BY id LIMIT %s
"""
_DROP_SOME = """
DELETE FROM cloudcode_indexentry WHERE index_id = %s AND key IN
(SELECT key FROM cloudcode_indexentry WHERE index_id = %s ORDER BY key LIMIT 500)
"""


def ensure(stage_id: int, name: str, keys: Any, options: Any) -> int | None:
    """The index' id, for `build`; None where it needs no building. Raises Refused."""
    fields = _read_keys(keys)
    given = options if isinstance(options, dict) else {}
    index_name = str(given.get("name") or _name_of(fields))[:LONGEST_NAME]
    if [path for path, _ in fields] == ["_id"]:
        return None  # it is found by that anyway
    with changing(stage_id, name, alone=True) as inside:
        same = [index for index in inside.indexes if index.name == index_name]
        if same:
            return None if same[0].ready else same[0].id
        if len(inside.indexes) >= MOST:
            raise Refused(f"more than {MOST} indexes of one collection")
        made = CollectionIndex.objects.create(
            collection_id=inside.id,
            name=index_name,
            fields=fields,
            unique=bool(given.get("unique")),
            sparse=bool(given.get("sparse")),
        )
        return made.pk


def build(index_id: int) -> bool:
    """A step. True while more are to come. Raises Refused, and gives the index up, where a value is to be
    there once and is not, and where a step takes too long."""
    found = CollectionIndex.objects.select_related("collection").filter(pk=index_id, dropped=False).first()
    if found is None or found.ready:
        return False
    collection = found.collection
    try:
        with changing(collection.stage_id, collection.name) as inside:
            return _build(inside, index_id)
    except Refused:
        CollectionIndex.objects.filter(pk=index_id).update(dropped=True, ready=False)
        raise


def _build(inside: Opened, index_id: int) -> bool:
    row = CollectionIndex.objects.select_for_update(no_key=True).get(pk=index_id)
    mine = [index for index in inside.indexes if index.id == index_id]
    sized = rows(_NEXT, [inside.id, row.built_to, AT_ONCE])
    ids = [id_ for id_, _ in sized[: effort.fitting((size for _, size in sized), effort.MOST_CHANGED)]]
    texts = texts_of(InCollection(inside), ids) if ids else []
    storing.add_missing_entries(mine, list(zip(ids, map(_decode, texts), strict=True)))
    row.built_to = ids[-1] if ids else row.built_to
    row.ready = len(ids) == len(sized) < AT_ONCE
    row.save(update_fields=["built_to", "ready"])
    return not row.ready


def drop(stage_id: int, name: str, index_name: str | None, keys: Any = None) -> None:
    """By its name or by its fields; one that is not there is nothing. Its entries go later."""
    wanted = _name_of(_read_keys(keys)) if index_name is None else index_name
    with changing(stage_id, name, alone=True) as inside:
        for index in inside.indexes:
            if index.name == wanted:
                CollectionIndex.objects.filter(pk=index.id).update(dropped=True, ready=False)


def described(stage_id: int, name: str) -> list[dict[str, Any]]:
    """As getIndexInfo gives them."""
    inside = storing.opened(stage_id, name)
    if inside is None:
        return []
    found: list[dict[str, Any]] = [{"name": "_id_", "key": {"_id": 1}}]
    for row in CollectionIndex.objects.filter(collection_id=inside.id, dropped=False).order_by("pk"):
        flags = {flag: True for flag in ("unique", "sparse") if getattr(row, flag)}
        found.append({"name": row.name, "key": dict(row.fields), **flags})
    return found


def tidy() -> bool:
    """A step of what is left to build and to delete. True while there may be more."""
    row = CollectionIndex.objects.filter(ready=False).order_by("pk").first()
    if row is None:
        return False
    if not row.dropped:
        with contextlib.suppress(Refused):  # it is given up, as whoever asked for it was told
            build(row.pk)
    elif not change(_DROP_SOME, [row.pk, row.pk]):
        row.delete()
    return True


def _read_keys(keys: Any) -> list[tuple[str, int]]:
    if not isinstance(keys, dict) or not 1 <= len(keys) <= MOST_FIELDS:
        raise Refused(f"an index has 1 to {MOST_FIELDS} fields")
    for path, direction in keys.items():
        parts_of(path)
        if direction not in (1, -1) and direction not in ("2d", "2dsphere"):
            raise Refused(f"an index' direction is 1 or -1, not {str(direction)[:20]}")
    return [(path, -1 if direction == -1 else 1) for path, direction in keys.items()]


def _name_of(fields: list[tuple[str, int]]) -> str:
    return "_".join(f"{path}_{direction}" for path, direction in fields)
