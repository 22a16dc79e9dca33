"""Packages import only from those left of them: nested and TYPE_CHECKING imports too."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = (
    "protocol",
    "games",
    "realtime",
    "players",
    "push",
    "messaging",
    "competition",
    "cloudcode",
    "portal",
)
BY_NAME = {
    "import_module",
    "import_string",
    "__import__",
    "get_model",
    "ForeignKey",
    "OneToOneField",
    "ManyToManyField",
}
NOT_FOR_PRODUCTS = ("tests", "benchmarks", "bin")


class Import(NamedTuple):
    line: int
    package: str


def imports(source: str) -> Iterator[Import]:
    """Every package that a module imports or points to, wherever in the module it does so.

    Calls of BY_NAME with a literal count. Relative imports do not: Python keeps them inside their package.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield Import(node.lineno, alias.name.partition(".")[0])
            case ast.ImportFrom(module=str(module), level=0):
                yield Import(node.lineno, module.partition(".")[0])
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str(path)), *_],
            ) if name in BY_NAME:
                yield Import(node.lineno, path.partition(".")[0])


def violations(source: str, package: str) -> list[str]:
    """`line: package` for each import of a package that is not left of this one."""
    right = ORDER[ORDER.index(package) + 1 :]
    forbidden = {*right, *NOT_FOR_PRODUCTS}
    return [f"{line}: {name}" for line, name in sorted(imports(source)) if name in forbidden]


MODULES = [
    (package, path) for package in ORDER for path in sorted((ROOT / package).rglob("*.py")) if path.is_file()
]


def test_layers_finds_the_packages() -> None:
    assert {package for package, _ in MODULES} >= set(ORDER) - {"cloudcode"}


@pytest.mark.parametrize(
    ("package", "path"), MODULES, ids=[str(path.relative_to(ROOT)) for _, path in MODULES]
)
def test_layers_hold(package: str, path: Path) -> None:
    assert violations(path.read_text(), package) == []


def test_layers_detect_an_import_to_the_right() -> None:
    source = """import json, push.models
from protocol.ids import new_id
from games import models
from .local import thing
if TYPE_CHECKING:
    from messaging.models import Message
def late() -> None:
    import portal.urls as urls
    from players import tokens
    import_module("messaging.consumers")
class Nested(models.Model):
    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE)
    device = models.ForeignKey("push.Device", on_delete=models.CASCADE)
    def method(self) -> None:
        from tests import live_server
"""
    assert violations(source, "players") == [
        "1: push",
        "6: messaging",
        "8: portal",
        "10: messaging",
        "13: push",
        "15: tests",
    ]


def test_layers_allow_imports_to_the_left() -> None:
    assert violations("import players\nfrom protocol.run import Run\nimport push.outbox", "messaging") == []
