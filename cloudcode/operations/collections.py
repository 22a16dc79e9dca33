"""What is in collections of documents: those that scripts keep, the game's own, and the players."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

import msgspec

from cloudcode.collections import (
    aggregating,
    distinct,
    effort,
    finding,
    item_types,
    metas,
    storing,
)
from cloudcode.collections.filters import read_filter
from cloudcode.collections.finding import Asked, Batch
from cloudcode.collections.places import InCollection, Place
from cloudcode.collections.players_view import Players
from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

R = TypeVar("R")
A = TypeVarTuple("A")

MOST_ANSWERED = 4 * 1024 * 1024  # bytes
RUNTIME, META, DATA, PLAYERS = "script.", "meta.", storing.ITEMS, "system.player"


class Find(Arguments, frozen=True):
    collection: str
    asked: Asked
    after: int | str | None = None


class More(Arguments, frozen=True):
    collection: str
    asked: Asked
    rows: list[int | str]


class Distinct(Arguments, frozen=True):
    collection: str
    path: str
    filter: Any = None


class Aggregate(Arguments, frozen=True):
    collection: str
    pipeline: list[dict[str, Any]]


@operation("collections.find", Find)
async def find(host: "ScriptHost", asked: Find) -> Batch:
    def batch() -> Batch:
        query, place = finding.read(asked.asked), _place(host, asked.collection, asked.asked)
        return Batch([]) if place is None else finding.find(place, query, asked.after)

    return await _look(host, asked.collection, batch)


@operation("collections.more", More)
async def more(host: "ScriptHost", asked: More) -> Batch:
    """The rows that `find` named."""

    def batch() -> Batch:
        query, place = finding.read(asked.asked), _place(host, asked.collection, asked.asked)
        return Batch([]) if place is None else finding.by_rows(place, query, asked.rows)

    return await _look(host, asked.collection, batch)


@operation("collections.count", Find)
async def count(host: "ScriptHost", asked: Find) -> int:
    def number() -> int:
        query, place = finding.read(asked.asked), _place(host, asked.collection, asked.asked)
        return 0 if place is None else finding.count(place, query)

    return await _look(host, asked.collection, number)


@operation("collections.distinct", Distinct)
async def find_distinct(host: "ScriptHost", asked: Distinct) -> list[Any]:
    def values() -> list[Any]:
        condition = read_filter(asked.filter)
        place = _place(host, asked.collection, Asked(asked.filter))
        return [] if place is None else distinct.values_of(place, asked.path, condition)

    return await _look(host, asked.collection, values)


@operation("collections.aggregate", Aggregate)
async def aggregate(host: "ScriptHost", asked: Aggregate) -> msgspec.Raw:
    def documents() -> msgspec.Raw:
        pipeline = aggregating.Pipeline(asked.pipeline)
        place = _place(host, asked.collection, Asked(pipeline.filter))
        text = msgspec.json.encode(pipeline.of_nothing() if place is None else pipeline.of(place))
        if len(text) > MOST_ANSWERED:
            raise Refused(f"more than {MOST_ANSWERED // 1024 // 1024} MB of documents come out")
        return msgspec.Raw(text)

    return await _look(host, asked.collection, documents)


async def _look(host: "ScriptHost", name: str, work: Callable[[], R]) -> R:
    """What `work` finds, once the collection has what the configuration says of it."""
    config = host.caller.config
    if name.startswith(META):
        await database.run(metas.fill, config, name)
    elif name.startswith(DATA):
        await database.run(item_types.index, config, name)
    return await database.look(partial(_bounded, work))


async def in_time(work: Callable[[*A], R], *given: *A) -> R:
    """The result of `work(*given)`, in a database thread, for as long as one call may take. What a script
    asks for is read there too: patterns alone can take a while."""
    return await database.run(partial(_bounded, work, *given))


def _bounded(work: Callable[[*A], R], *given: *A) -> R:
    with effort.bounded():
        return work(*given)


def _place(host: "ScriptHost", name: str, asked: Asked) -> Place | None:
    """None where there is nothing. In a database thread. Raises Refused."""
    if name == PLAYERS:
        return Players(host.stage_id, read_filter(asked.filter), asked.filter, asked.sort)
    inside = storing.opened(host.stage_id, indexed(name))
    return None if inside is None else InCollection(inside)


def indexed(name: str) -> str:
    if not name.startswith((RUNTIME, META, DATA)):
        raise Refused("there is no such collection")
    return name
