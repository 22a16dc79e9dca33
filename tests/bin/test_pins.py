"""Everything that the requirements bring along is pinned, and installed as pinned."""

import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = ("requirements.txt", "requirements-dev.txt", "constraints.txt")


def pins() -> dict[str, str]:
    """Version by name, of all three files."""
    found = re.findall(
        r"^([\w.-]+)(?:\[.*?\])?==([^;\s]+)", "\n".join((ROOT / file).read_text() for file in FILES), re.M
    )
    return {canonicalize_name(name): version for name, version in found}


def brought_along() -> set[str]:
    """Names of the direct requirements and of all that they need here, extras of theirs included."""
    lines = [line for file in FILES[:2] for line in (ROOT / file).read_text().splitlines()]
    waiting = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        for extra in ("", *requirement.extras):
            name = canonicalize_name(requirement.name)
            if (name, extra) in seen or (requirement.marker and not requirement.marker.evaluate()):
                continue
            seen.add((name, extra))
            for need in map(Requirement, metadata.requires(name) or []):
                if not need.marker or need.marker.evaluate({"extra": extra}):
                    need.marker = None
                    waiting.append(need)
    return {name for name, _ in seen}


def test_everything_that_is_brought_along_is_pinned() -> None:
    assert brought_along() - set(pins()) == set()


def test_what_is_pinned_is_what_is_installed() -> None:
    wanted = pins()
    installed = {name: metadata.version(name) for name in brought_along()}
    assert installed == {name: wanted[name] for name in installed}
