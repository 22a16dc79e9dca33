"""The cache of the stage."""

from typing import TYPE_CHECKING, Any

import msgspec

from cloudcode import cache
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

LONGEST_KEY = 200


class Nothing(Arguments, frozen=True):
    pass


class Of(Arguments, frozen=True):
    key: str


class Put(Arguments, frozen=True):
    key: str
    value: Any


class Remove(Arguments, frozen=True):
    keys: list[str]


@operation("cache.get", Of)
async def get(host: "ScriptHost", asked: Of) -> Any:
    value = await database.run(cache.get, host.stage_id, _key(asked.key))
    return None if value is None else msgspec.json.decode(value)


@operation("cache.put", Put)
async def put(host: "ScriptHost", asked: Put) -> None:
    sound({"value": asked.value})
    value = msgspec.json.encode(asked.value).decode()
    await database.run(cache.put, host.stage_id, _key(asked.key), value)


@operation("cache.keys", Nothing)
async def keys(host: "ScriptHost", asked: Nothing) -> list[str]:
    return await database.run(cache.keys, host.stage_id)


@operation("cache.remove", Remove)
async def remove(host: "ScriptHost", asked: Remove) -> None:
    if len(asked.keys) > cache.MOST_ENTRIES:
        raise Refused(f"more than {cache.MOST_ENTRIES} keys")
    names = [_key(key) for key in asked.keys]
    await database.run(cache.remove, host.stage_id, names)


@operation("cache.clear", Nothing)
async def clear(host: "ScriptHost", asked: Nothing) -> None:
    await database.run(cache.clear, host.stage_id)


def _key(given: str) -> str:
    if len(given) > LONGEST_KEY or "\0" in given:
        raise Refused(f"a key has at most {LONGEST_KEY} characters, and no NUL")
    return given
