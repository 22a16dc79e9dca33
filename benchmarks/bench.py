"""Measurements on one backend: databases are prepared once, each round has a fresh copy and server."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.backends import Backend
from benchmarks.cores import load_cores, pin
from benchmarks.loads.task import Task
from benchmarks.server import PRODUCT, ROOT, Serving, environment
from benchmarks.sizes import Sizes
from tests.live_database import LiveDatabase

LOAD_WITHIN = 1800.0
Players = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Seeded:
    database: LiveDatabase
    players: Players


@dataclass(frozen=True, slots=True)
class Fresh:
    """`env` is for a server on it, and for commands."""

    database: LiveDatabase
    env: dict[str, str]


@dataclass
class Bench:
    """`sizes.rounds` rounds are the measurements' own business."""

    backend: Backend
    sizes: Sizes
    folder: Path
    _seeded: dict[tuple[int, int], Seeded] = field(default_factory=dict)

    def load(
        self,
        name: str,
        players: int,
        waiting: int = 0,
        *,
        ext_code: str = "NEWS",
        settings: str = PRODUCT,
        nodes: int = 1,
        processes: int = 0,
    ) -> dict[str, float]:
        """The result of one load on a fresh server."""
        seeded = self.seeded(players, waiting)
        with (
            self.fresh(seeded.database) as fresh,
            Serving(fresh.env, settings=settings, nodes=nodes, processes=processes) as serving,
        ):
            task = self.task(serving, seeded.players)
            task.waiting, task.ext_code = waiting, ext_code
            result = self.run(name, serving, task)
        about = f"{settings.rpartition('.')[2]} {ext_code}, {players} players, {nodes} × {processes or 1}"
        print(f"  {self.backend.name} {name}, {about}: {_told(result)}", flush=True)
        return result

    def task(self, serving: Serving, players: Players) -> Task:
        return Task(
            ports=serving.ports,
            pids=serving.pids,
            sizes=self.sizes,
            tokens=players["tokens"],
            ids=players["ids"],
            board_entries=self.sizes.board_entries,
        )

    def run(self, name: str, serving: Serving, task: Task) -> dict[str, float]:
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            file.write(msgspec.json.encode(task))
            file.flush()
            result: dict[str, float] = run_pinned(["benchmarks.loads", name, file.name], serving.load_cores)
            return result

    def seeded(self, players: int, waiting: int) -> Seeded:
        """A database with so many players, made once."""
        key = (players, waiting)
        if key not in self._seeded:
            folder = self.folder / f"seeded-{players}-{waiting}"
            folder.mkdir()
            database = self.backend.create(folder)
            env = self.environment(folder, database)
            manage(env, "migrate", "-v0")
            seed = [sys.executable, "-m", "benchmarks.seed", str(players), str(waiting)]
            told = subprocess.run(seed, cwd=ROOT, env=env, check=True, capture_output=True).stdout
            self._seeded[key] = Seeded(database, json.loads(told))
        return self._seeded[key]

    @contextmanager
    def fresh(self, database: LiveDatabase) -> Iterator[Fresh]:
        """A copy for one server, dropped afterwards."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            copy = database.copy_to(Path(folder))
            try:
                yield Fresh(copy, self.environment(Path(folder), copy))
            finally:
                copy.drop()

    def environment(self, folder: Path, database: LiveDatabase) -> dict[str, str]:
        return environment(folder, database.url, self.backend.env)


def manage(env: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, check=True)


def run_pinned(
    arguments: list[str], cores: set[int] | None = None, env: Mapping[str, str] | None = None
) -> Any:
    """The JSON that `python -m ARGUMENTS` prints, run on the load's cores. RuntimeError when it fails."""
    command = [sys.executable, "-m", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE)
    pin(process.pid, cores or load_cores())
    try:
        output, _ = process.communicate(timeout=LOAD_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments[:2])} failed")
    return json.loads(output)


def _told(result: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:,.2f}" for name, value in result.items())
