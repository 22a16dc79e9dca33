"""Every method of the Spark objects that there is does what it says: in a script that a request runs.

Each is a case of tests/wire/methods, with a value that comes of what the world was before, or an effect that
is seen outside the script; what it returns is of the type that cloudcode/api.json declares.
"""

import asyncio
from typing import Any

import pytest

from cloudcode.catalogue import Method, catalogue
from tests.wire.driven import DrivenServer
from tests.wire.methods.case import Case
from tests.wire.methods.groups import GROUPS
from tests.wire.methods.world import World, new_world, run_group

CASES = {name: case for group in GROUPS.values() for name, case in group.cases.items()}
SUPPORTED = {
    f"{each.type}.{each.name}": each
    for methods in catalogue().values()
    for each in methods.values()
    if each.is_supported
}
TYPES = sorted({method.type for method in SUPPORTED.values()})
# What the old platform's table calls types that it has no table of.
ALSO = {"SparkMatchedPlayer[]": "JSON[]", "ChatMessage[]": "JSON[]", "SparkPendingMatch[]": "PendingMatch[]"}


@pytest.fixture(scope="module")
def world(server: DrivenServer) -> World:
    """After all cases."""

    async def run_all() -> World:
        async with new_world(server, GROUPS) as world:
            for name, group in GROUPS.items():
                await run_group(world, name, group)
            return world

    return asyncio.run(run_all())


def test_every_method_that_there_is_has_a_case() -> None:
    assert sorted(SUPPORTED.keys() - {name.partition(" ")[0] for name in CASES}) == []


def test_every_case_is_of_a_method_that_there_is() -> None:
    assert sorted({name.partition(" ")[0] for name in CASES} - SUPPORTED.keys()) == []


def test_every_case_expects_something() -> None:
    """A value that is not nothing, or an effect."""
    assert [name for name, case in CASES.items() if case.expected is None and case.effect is None] == []


@pytest.mark.parametrize("type_", TYPES)
def test_methods_do_what_they_say(world: World, type_: str) -> None:
    compared = {
        name: (_done(world.results[name]), _wanted(world.results[name], case))
        for name, case in CASES.items()
        if name.startswith(f"{type_}.")
    }
    assert {name: both for name, both in compared.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize("type_", TYPES)
def test_methods_return_what_they_are_declared_to(world: World, type_: str) -> None:
    wrong = {
        name: (method.returns, world.results[name].get("type"))
        for name, method in SUPPORTED.items()
        if method.type == type_ and method.is_declared and name in world.results
        if not _is_declared(method, world.results[name].get("type"))
    }
    assert wrong == {}


def _done(result: dict[str, Any]) -> Any:
    return result["fault"] if "fault" in result else [result["value"], result["outside"]]


def _wanted(result: dict[str, Any], case: Case) -> list[Any]:
    expected, outside = result["wanted"]
    return ["undefined" if expected is None and case.shown == "r" else expected, outside]


def _is_declared(method: Method, seen: Any) -> bool:
    returns = ALSO.get(method.returns, method.returns)
    if returns == "JSON":
        return seen not in ("void", None)
    if returns == "List":
        return isinstance(seen, str) and seen.endswith("[]")
    return seen == returns or (returns.endswith("[]") and seen == "[]")
