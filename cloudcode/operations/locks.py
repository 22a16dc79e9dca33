"""Locks that scripts hold."""

from typing import TYPE_CHECKING

from cloudcode import locks
from cloudcode.operations.registry import Arguments, operation
from cloudcode.operations.sound import sound
from cloudcode.sandbox.running import Refused

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

LONGEST_NAME = 200  # with `key:` and what scripts call it, or `challenge:` and the id


class Take(Arguments, frozen=True):
    """`try_ms` None: for as long as the run may last."""

    name: str
    try_ms: float | None


class Give(Arguments, frozen=True):
    name: str
    fully: bool


@operation("lock.take", Take)
async def take(host: "ScriptHost", asked: Take) -> bool:
    """Whether it could be had in time, which counts against the run's."""
    budget = host.caller.budget
    within = budget.left if asked.try_ms is None else max(0.0, asked.try_ms / 1000)
    return await locks.take(budget, host.stage_id, _name(asked.name), within)


@operation("lock.give", Give)
async def give(host: "ScriptHost", asked: Give) -> bool:
    """Whether it was held."""
    return await locks.give(host.caller.budget, host.stage_id, _name(asked.name), asked.fully)


def _name(given: str) -> str:
    if len(given) > LONGEST_NAME:
        raise Refused("the lock's name is too long")
    sound({"name": given})
    return given
