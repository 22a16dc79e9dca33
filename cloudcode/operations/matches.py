"""Matches of the stage, and pending ones: any script may read and change any of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from django.db import transaction

from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused
from competition.matches import scripting
from competition.matches.asking import Wish
from competition.matches.pools import PoolName
from competition.models.matches import LONGEST_GROUP
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

T = TypeVar("T")

LARGEST_SKILL = 1e15
MOST_PLAYERS = 10_000


class OfMatch(Arguments, frozen=True):
    match_id: str


class Create(Arguments, frozen=True):
    match_id: str | None
    player_ids: list[str]


class Change(Arguments, frozen=True):
    match_id: str
    what: Literal["add_players", "remove_players"]
    player_ids: list[str]


class SetData(Arguments, frozen=True):
    match_id: str
    data: dict[str, Any]


class Pool(msgspec.Struct, rename="camel", frozen=True):
    short_code: str
    match_group: str | None


class OfPlayer(Arguments, frozen=True):
    pool: Pool
    player_id: str


class Ask(Arguments, frozen=True):
    pool: Pool
    player_ids: list[str]
    skill: float
    custom_query: dict[str, Any] | None
    match_data: dict[str, Any] | None


class OfPending(Arguments, frozen=True):
    pending_id: str


class FindPending(Arguments, frozen=True):
    pending_id: str
    most: int


class Join(Arguments, frozen=True):
    pending_id: str
    other_id: str


@operation("match.load", OfMatch)
async def load(host: "ScriptHost", asked: OfMatch) -> dict[str, Any] | None:
    def read() -> dict[str, Any] | None:
        match = scripting.find(host.stage_id, asked.match_id)
        return None if match is None else scripting.facts(match)

    return await _act(read)


@operation("match.create", Create)
async def create(host: "ScriptHost", asked: Create) -> str | None:
    _count(asked.player_ids)
    return await _act(lambda: scripting.create(host.stage_id, asked.match_id, asked.player_ids))


@operation("match.change", Change)
async def change(host: "ScriptHost", asked: Change) -> None:
    _count(asked.player_ids)
    act = getattr(scripting, asked.what)

    def run() -> None:
        match = scripting.find(host.stage_id, asked.match_id)
        if match is not None:
            act(match, asked.player_ids)

    await _act(run)


@operation("match.setData", SetData)
async def set_data(host: "ScriptHost", asked: SetData) -> None:
    data = sound(asked.data)

    def run() -> None:
        match = scripting.find(host.stage_id, asked.match_id)
        if match is not None:
            scripting.set_data(match, data)

    await _act(run)


@operation("pending.create", Ask)
async def create_pending(host: "ScriptHost", asked: Ask) -> dict[str, Any] | None:
    _count(asked.player_ids)
    if not abs(asked.skill) <= LARGEST_SKILL:
        raise Refused("no such skill")
    sound({"customQuery": asked.custom_query, "matchData": asked.match_data})
    wish = Wish(asked.skill, match_data=asked.match_data, custom_query=asked.custom_query)
    name, run = _named(host, asked.pool), host.caller.run
    return await _act(lambda: scripting.create_pending(name, asked.player_ids, wish, run, host.script.name))


@operation("pending.load", OfPending)
async def load_pending(host: "ScriptHost", asked: OfPending) -> dict[str, Any] | None:
    return await _act(lambda: scripting.pending_facts(host.stage_id, asked.pending_id))


@operation("pending.ofPlayer", OfPlayer)
async def of_player(host: "ScriptHost", asked: OfPlayer) -> dict[str, Any] | None:
    name = _named(host, asked.pool)
    return await _act(lambda: scripting.pending_of(name, asked.player_id))


@operation("pending.find", FindPending)
async def find_pending(host: "ScriptHost", asked: FindPending) -> list[dict[str, Any]]:
    return await _act(lambda: scripting.find_fitting(host.stage_id, asked.pending_id, asked.most))


@operation("pending.join", Join)
async def join(host: "ScriptHost", asked: Join) -> dict[str, Any] | None:
    """Who is in it hears of it, in the run's order."""
    run, sender = host.caller.run, host.script.name
    return await _act(lambda: scripting.join(host.stage_id, asked.pending_id, asked.other_id, run, sender))


@operation("pending.cancel", OfPlayer)
async def cancel(host: "ScriptHost", asked: OfPlayer) -> bool:
    name, run = _named(host, asked.pool), host.caller.run
    return await _act(lambda: scripting.cancel(name, asked.player_id, run, host.script.name))


async def _act(act: Callable[[], T]) -> T:
    def run() -> T:
        with transaction.atomic():
            return act()

    return await database.run(run)


def _named(host: "ScriptHost", pool: Pool) -> PoolName:
    if pool.match_group is not None and len(pool.match_group) > LONGEST_GROUP:
        raise Refused("the group's name is too long")
    return PoolName(host.stage_id, pool.short_code, pool.match_group)


def _count(player_ids: list[str]) -> None:
    if len(player_ids) > MOST_PLAYERS:
        raise Refused(f"more than {MOST_PLAYERS} players of one match")
