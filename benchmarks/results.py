"""docs/benchmarks.json: one object for each figure and backend, written as soon as it is measured."""

import json
import os
import platform
import statistics
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.backends import Backend
from benchmarks.figures import FIGURES, figure_of
from benchmarks.measures.measured import Figures, Measured
from benchmarks.server import ROOT

Result = dict[str, Any]
PACKAGES = ("django", "channels", "uvicorn", "uvloop", "psycopg", "redis")


class Results:
    """Those of earlier runs stay until they are measured again."""

    def __init__(self, file: Path) -> None:
        self.file = file
        known: list[Result] = json.loads(file.read_text()) if file.exists() else []
        self._known = {(each["name"], each["backend"]): each for each in known if _still_known(each["name"])}

    def add(self, figures: Figures, backend: Backend) -> None:
        for name, measured in figures.items():
            self._known[name, backend.name] = result(name, measured, backend)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.all(), indent=1, ensure_ascii=False) + "\n")

    def all(self) -> list[Result]:
        """In the order of the figures, sizes and backends."""
        return sorted(self._known.values(), key=_place)


def result(name: str, measured: Measured, backend: Backend) -> Result:
    figure, _ = figure_of(name)
    value = statistics.median(measured.values)
    beside = statistics.median(measured.peer_values) if measured.peer_values else None
    return {
        "name": name,
        "value": round(value, 3),
        "unit": figure.unit,
        "floor": figure.floor_on(backend.name),
        "peer": measured.peer or None,
        "peerValue": None if beside is None else round(beside, 3),
        "ratio": None if not beside else round(value if figure.unit == "ratio" else value / beside, 3),
        "rounds": len(measured.values),
        "spread": [round(min(measured.values), 3), round(max(measured.values), 3)],
        **circumstances(backend),
    }


def circumstances(backend: Backend) -> dict[str, str]:
    return {
        "backend": backend.name,
        "commit": _commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_machine()}; {backend.versions}",
    }


def _place(each: Result) -> tuple[int, bool, int]:
    figure, size = figure_of(each["name"])
    return list(FIGURES).index(figure.name), each["backend"] != "sqlite", size or 0


def _still_known(name: str) -> bool:
    try:
        figure_of(name)
    except (KeyError, ValueError):
        return False
    return True


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}, {packages}"


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return found.stdout.strip()
