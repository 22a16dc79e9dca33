"""Whatever a sandbox process that was taken over says: the server lives, and nobody else's rows change."""

import asyncio
import itertools
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from msgspec import inspect

from cloudcode.bindings import bind
from cloudcode.budget import Budget
from cloudcode.host import Caller, Kept, run_script
from cloudcode.models import CacheEntry, Collection, Document, ScheduledItem, ScriptLock
from cloudcode.operations import OPERATIONS
from cloudcode.operations.registry import read
from cloudcode.sandbox import pool as pools
from cloudcode.sandbox.pool import Pool
from cloudcode.sandbox.process import ContextLimits
from cloudcode.sandbox.running import Outcome
from games.config_store import configs
from games.models import Game, Stage
from games.publishing import create_game
from players.models import Player
from protocol.run import Run
from realtime import database
from tests.cloudcode.sandbox.fake_worker import FRAMES
from tests.cloudcode.test_operation_stages import make_theirs

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
OWN = 20  # players
SECONDS = 10.0  # of a run; one that waits for a lock uses them up
COUNT = int(os.environ.get("MADE_UP_FRAMES", "400"))
PROGRAM = """
import sys
sys.path.insert(0, {!r})
from tests.cloudcode.sandbox.fake_worker import main
main({!r})
"""
SCRIPT = bind({"event/TRY": "var a;"}).requests["LogEventRequest"].events["TRY"]


def calls(player_id: str, own_id: str) -> dict[str, list[Any]]:
    """One of each operation: as the Spark objects would send it, or of the form that it wants."""
    every = {name: _formed(kind, player_id) for name, (kind, _) in OPERATIONS.items()}
    return {**every, **_usual(player_id, own_id)}


def _formed(kind: Any, player_id: str) -> Any:
    """A value of a type."""
    info = inspect.type_info(kind) if not isinstance(kind, inspect.Type) else kind
    if isinstance(info, inspect.StructType):
        values = {each.encode_name: _formed(each.type, player_id) for each in info.fields}
        return list(values.values()) if info.array_like else values
    if isinstance(info, inspect.UnionType):
        return _formed(next(each for each in info.types if not isinstance(each, inspect.NoneType)), player_id)
    if isinstance(info, inspect.DictType):
        return {"a": _formed(info.value_type, player_id)}
    if isinstance(info, inspect.ListType):
        return [_formed(info.item_type, player_id)]
    if isinstance(info, inspect.TupleType):
        return [_formed(each, player_id) for each in info.item_types]
    if isinstance(info, inspect.LiteralType):
        return info.values[0]
    if isinstance(info, inspect.StrType):
        return player_id
    return {inspect.BoolType: True, inspect.IntType: 1, inspect.FloatType: 1.5}.get(type(info), {"a": 1})


def _usual(player_id: str, own_id: str) -> dict[str, list[Any]]:
    at = ["event/TRY", 1]
    changes = {"scriptData": {"a": 1}, "privateData": {"b": 2}, "segments": {}}
    send = {"document": {"@class": "SendFriendMessageRequest", "friendIds": [player_id], "message": "x"}}
    return {
        "player.load": [player_id],
        "player.save": [player_id, changes],
        "player.online": [player_id],
        "player.devices": [player_id],
        "player.removeDevice": [player_id, "d"],
        "player.disconnect": [player_id, False],
        "challenge.load": [player_id],
        "challenge.save": [player_id, {"scriptData": {"a": 1}, "privateData": {}}],
        "challenge.move": [player_id, "win", own_id],
        "holdings.load": [player_id],
        "holdings.credit": [player_id, 1, 5, None],
        "holdings.debit": [player_id, 1, 5, None],
        "holdings.award": [player_id, "ACH"],
        "message.send": [
            {"extCode": None, "playerIds": [player_id, own_id], "data": {}, "overrides": {}, "at": at},
        ],
        "message.dismiss": [player_id, None],
        "request.send": [{**send, "playerId": own_id, "runsScripts": True, "at": at}],
        "properties.one": ["P"],
        "team.change": ["theirs", "drop", None],
        "match.change": ["match", "remove_players", [player_id]],
        "collections.insert": ["script.c", [{"_id": "1", "a": 1}]],
        "collections.update": ["script.c", {}, {"$set": {"a": 2}}, True, True],
        "collections.modify": ["script.c", {"query": {}, "update": {"$inc": {"a": 1}}}],
        "collections.remove": ["script.c", {}],
        "collections.drop": ["script.c"],
    }


@pytest.fixture
def fake_pool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[dict[str, Any]], Pool]]:
    """`fake_pool(given)` is the pool from now on, of fake workers that are told that."""
    made: list[Pool] = []

    def make(given: dict[str, Any]) -> Pool:
        file = tmp_path / "given.json"
        file.write_text(json.dumps(given))
        program = PROGRAM.format(str(ROOT), str(file))
        made.append(Pool(2, ContextLimits(), program))
        monkeypatch.setattr(pools, "_pools", made)
        return made[0]

    yield make
    for each in made:
        each.close_now()


def test_a_call_of_each_operation_is_among_them() -> None:
    for name, arguments in calls("theirs", "own").items():
        read(OPERATIONS[name][0], arguments)
    assert calls("theirs", "own").keys() == OPERATIONS.keys()


async def test_nothing_of_another_game_changes(
    stage: Stage, add_player: Callable[..., Player], fake_pool: Callable[[dict[str, Any]], Pool]
) -> None:
    """MADE_UP_FRAMES=20000 for more than a glimpse; SEED= for others."""
    other, theirs = await database.run(_other_game, add_player)
    own = await database.run(lambda: [add_player(f"own{n}", stage=stage).pk for n in range(OWN)])
    config = await database.run(configs.current, stage.pk)
    given = {
        "calls": calls(theirs[0], own[0]),
        "ids": [*theirs, *own, "theirs", "match", "pending", "BEST", "script.c"],
        "seed": os.environ.get("SEED", "1"),
    }
    pool = fake_pool(given)
    before = await database.run(_rows_of, other)
    runs = itertools.cycle(own)  # some are deleted on the way

    async def run() -> Outcome:
        caller = Caller(config, Run(), Budget.of_seconds(SECONDS), next(runs))
        return await run_script(SCRIPT, caller, {}, Kept())

    sent, ended, pids = 0, 0, await _pids(pool)
    while sent < COUNT or not ended:  # who is broken is left to chance
        outcomes = await asyncio.gather(run(), run())
        pids |= set(pool.pids)
        for outcome in outcomes:
            sent += FRAMES if outcome.failure is None else 1
            ended += outcome.failure is not None and outcome.failure.code != "TIMEOUT"
    pids |= await _pids(pool)  # the last one may have been ended a moment ago
    assert len(pids) > 1, "who said what no process says has been replaced"
    assert await database.run(_rows_of, other) == before


async def _pids(pool: Pool) -> set[int]:
    """Of its processes, of which there is one at least."""
    async with pool.lease("whoever asks", within=60):
        return set(pool.pids)


def _other_game(add_player: Callable[..., Player]) -> tuple[Game, list[str]]:
    """With the ids of players of its; other things of its have the names that the calls have."""
    game = create_game("Other", None, "other0000game")
    preview = game.stage("preview")
    players = [add_player(name, stage=preview) for name in ("eva", "max")]
    make_theirs(players[0])
    named = players[0].pk
    CacheEntry.objects.create(stage=preview, key=named, value="1", size=1, used_ms=0)
    ScheduledItem.objects.create(stage=preview, key=named, module="M", due_ms=2**50)
    ScriptLock.objects.create(stage=preview, name=named, owner="o", until_ms=2**50)
    kept = Collection.objects.create(stage=preview, name="script.c")
    Document.objects.create(collection=kept, key="31", text='{"_id":"1"}', document={"_id": "1"})
    return game, [each.pk for each in players]


def _rows_of(game: Game) -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row that belongs to the game, or to a row that does, by table and key."""
    found: dict[tuple[str, Any], dict[str, Any]] = {}
    owners: set[tuple[str, Any]] = {(Game._meta.db_table, game.pk)}
    known = -1
    while known < len(owners):
        known = len(owners)
        for model in apps.get_models(include_auto_created=True):
            owning = [
                (table, field.attname) for field in model._meta.concrete_fields if (table := _owner(field))
            ]
            for row in model._base_manager.values():
                if any((table, row[name]) in owners for table, name in owning):
                    key = (model._meta.db_table, row[model._meta.pk.attname])
                    found[key] = row
                    owners.add(key)
    return found


def _owner(field: "models.Field[Any, Any]") -> str | None:
    """The table whose key the field holds: of players also where that is no foreign key."""
    if field.related_model is not None:
        return field.related_model._meta.db_table
    return Player._meta.db_table if field.name in ("player", "player_id") else None
