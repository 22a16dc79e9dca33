"""What the Spark objects can do, beside what scripts may ask of them: asked of the objects themselves.

`api.json` has every method of the old platform's with what it returns; which of them there are is read from
the classes of spark/, in an engine of our own, where no script is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from cloudcode.sandbox.guest import compiled
from cloudcode.sandbox.worker.context import TOPICS, read_source
from cloudcode.sandbox.worker.engine import load
from cloudcode.sandbox.worker.world import World

MEMORY = 64 * 1024 * 1024
API = Path(__file__).with_name("api.json")
_SIGNATURE = re.compile(r"(\w+)\((.*)\)")


@dataclass(frozen=True, slots=True)
class Method:
    """`returns` as api.json writes it, "" for what is not there: a method of ours. `least` and `most`
    arguments. `takes`: how many its function names; None where there is none that works."""

    type: str
    name: str
    returns: str
    least: int
    most: int
    takes: int | None

    @property
    def is_declared(self) -> bool:
        return bool(self.returns)

    @property
    def is_supported(self) -> bool:
        return self.takes is not None


Types = Mapping[str, Mapping[str, Method]]  # by the type's name, then the method's


@cache
def catalogue() -> Types:
    """Every method that is declared, or that there is."""
    declared, built = _declared(), _built()
    found: dict[str, dict[str, Method]] = {}
    for type_ in sorted(declared.keys() | built.keys()):
        names = declared.get(type_, {}).keys() | built.get(type_, {}).keys()
        found[type_] = {
            name: _method(type_, name, declared.get(type_, {}).get(name, []), built.get(type_, {}).get(name))
            for name in sorted(names)
        }
    return found


def _method(type_: str, name: str, forms: list[tuple[str, int]], takes: int | None) -> Method:
    counts = [count for _, count in forms] or [takes or 0]
    return Method(type_, name, forms[0][0] if forms else "", min(counts), max(counts), takes)


def _declared() -> dict[str, dict[str, list[tuple[str, int]]]]:
    """Of each method, what each of its forms returns and how many arguments that has."""
    found: dict[str, dict[str, list[tuple[str, int]]]] = {}
    for type_, signatures in json.loads(API.read_text()).items():
        methods = found.setdefault(type_, {})
        for signature, returns in signatures.items():
            match = _SIGNATURE.fullmatch(signature)
            assert match is not None, signature
            arguments = [each for each in match[2].split(",") if each.strip()]
            methods.setdefault(match[1], []).append((returns, len(arguments)))
    return found


def _built() -> dict[str, dict[str, int]]:
    """How many arguments each function names. Those that only say "not available" are left out."""
    sources = json.dumps({name: read_source(name) for name in TOPICS})
    program = "\n".join(read_source(name) for name in ("core", "spark", "reflect"))
    told = f"(function (sources) {{\n{program}\n}})({sources})"
    world = World(
        load(str(compiled())), MEMORY, None, f"globalThis.__run = function () {{ return {told}; }};"
    )
    try:
        described: dict[str, dict[str, dict[str, Any]]] = json.loads(
            world.run("", "", _nobody, _at_leisure) or "{}"
        )
    finally:
        world.close()
    return {
        type_: {name: each["takes"] for name, each in methods.items() if each["available"]}
        for type_, methods in described.items()
    }


def _at_leisure() -> None:
    """There is no limit of time."""


def _nobody(*_: Any) -> NoReturn:
    raise RuntimeError("there is no run")
