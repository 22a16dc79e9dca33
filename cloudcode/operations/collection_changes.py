"""Changes to collections of documents, and their indexes. Loops of many steps end with the run's time."""

import asyncio
from typing import TYPE_CHECKING, Any

from cloudcode.collections import changing, indexes
from cloudcode.collections.changing import Modification, Target
from cloudcode.collections.filters import read_filter
from cloudcode.collections.updates import Update
from cloudcode.operations.collections import DATA, RUNTIME, in_time, indexed
from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost


class Named(Arguments, frozen=True):
    """`collection` with its prefix."""

    collection: str


class Selected(Arguments, frozen=True):
    collection: str
    filter: Any


class Insert(Arguments, frozen=True):
    collection: str
    documents: list[Any]


class One(Arguments, frozen=True):
    collection: str
    document: Any


class Change(Arguments, frozen=True):
    collection: str
    query: Any
    update: Any
    upsert: bool
    multi: bool


class Modify(Arguments, frozen=True):
    collection: str
    modification: Modification


class Apply(Arguments, frozen=True):
    collection: str
    before: Any
    after: Any


class EnsureIndex(Arguments, frozen=True):
    collection: str
    keys: Any
    options: Any = None


class DropIndex(Arguments, frozen=True):
    """`name` None: by its keys."""

    collection: str
    name: str | None
    keys: Any = None


@operation("collections.insert", Insert)
async def insert(host: "ScriptHost", asked: Insert) -> list[Any]:
    return await in_time(changing.insert, _target(host, asked.collection), asked.documents)


@operation("collections.save", One)
async def save(host: "ScriptHost", asked: One) -> Any:
    return await in_time(changing.save, _target(host, asked.collection), asked.document)


@operation("collections.update", Change)
async def update(host: "ScriptHost", asked: Change) -> None:
    target = _target(host, asked.collection)
    if not asked.multi:
        found = await in_time(_update_one, target, asked)
    else:
        found, after = False, await in_time(_update_some, target, asked, 0)
        while after is not None:
            _in_time(host)
            after = await in_time(_update_some, target, asked, after)
    if asked.upsert and not found:
        await in_time(_upsert, target, asked)


def _update_one(target: Target, asked: Change) -> bool:
    return changing.update_one(target, read_filter(asked.query), Update(asked.update))


def _update_some(target: Target, asked: Change, after: int) -> int | None:
    made = Update(asked.update)
    if made.replaces:
        raise Refused("many documents cannot be replaced by one")
    return changing.update_some(target, read_filter(asked.query), made, after)


def _upsert(target: Target, asked: Change) -> None:
    if not changing.is_any(target, read_filter(asked.query)):
        changing.upsert(target, asked.query, Update(asked.update))


@operation("collections.remove", Selected)
async def remove(host: "ScriptHost", asked: Selected) -> None:
    await _remove(host, _target(host, asked.collection), asked.filter)


@operation("collections.drop", Named)
async def drop(host: "ScriptHost", asked: Named) -> None:
    """Its documents and its indexes."""
    target = _target(host, asked.collection)
    await _remove(host, target, {})
    for each in await database.run(indexes.described, host.stage_id, asked.collection):
        await database.run(indexes.drop, host.stage_id, asked.collection, each["name"])


async def _remove(host: "ScriptHost", target: Target, query: Any) -> None:
    while await in_time(_remove_some, target, query):
        _in_time(host)


def _remove_some(target: Target, query: Any) -> bool:
    return changing.remove_some(target, read_filter(query))


@operation("collections.modify", Modify)
async def modify(host: "ScriptHost", asked: Modify) -> Any:
    return await in_time(changing.modify, _target(host, asked.collection), asked.modification)


@operation("collections.applyChanges", Apply)
async def apply_changes(host: "ScriptHost", asked: Apply) -> Any:
    return await in_time(changing.apply_changes, _target(host, asked.collection), asked.before, asked.after)


@operation("collections.ensureIndex", EnsureIndex)
async def ensure_index(host: "ScriptHost", asked: EnsureIndex) -> None:
    """Built at once as far as the run has time; the job goes on with what is left."""
    name = indexed(asked.collection)
    index_id = await database.run(indexes.ensure, host.stage_id, name, asked.keys, asked.options)
    while index_id is not None and await database.run(indexes.build, index_id):
        _in_time(host)


@operation("collections.dropIndex", DropIndex)
async def drop_index(host: "ScriptHost", asked: DropIndex) -> None:
    await database.run(indexes.drop, host.stage_id, indexed(asked.collection), asked.name, asked.keys)


@operation("collections.indexes", Named)
async def describe_indexes(host: "ScriptHost", asked: Named) -> list[dict[str, Any]]:
    return await database.run(indexes.described, host.stage_id, indexed(asked.collection))


def _target(host: "ScriptHost", name: str) -> Target:
    if not name.startswith((RUNTIME, DATA)):
        raise Refused("this collection can only be read")
    return Target(host.stage_id, name)


def _in_time(host: "ScriptHost") -> None:
    if asyncio.get_running_loop().time() > host.caller.budget.deadline:
        raise Refused("the run has no time left")
