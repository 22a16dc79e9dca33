"""The demo game after its story, with a hundred thousand players and a million messages beside it."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from benchmarks.backends import Backend
from benchmarks.bench import manage
from benchmarks.bulk import Bulk
from benchmarks.server import ROOT, environment
from benchmarks.sizes import FULL
from bin.services import free_port

FILLING = "from tests.portal.tour.filling import fill; fill()"
STORY_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Amounts:
    players: int
    messages: int
    traced: int
    rounds: int
    harness_seconds: float


ALL = Amounts(players=100_000, messages=1_000_000, traced=10_000_000, rounds=3, harness_seconds=300)
FEW = Amounts(players=500, messages=5_000, traced=8_000, rounds=1, harness_seconds=10)


@dataclass
class World:
    """`names` are what addresses are made of, `details` the content of var/demo.json."""

    env: dict[str, str]
    names: dict[str, str]
    details: dict[str, object]
    bulk: Bulk


@contextmanager
def world(backend: Backend, folder: Path, amounts: Amounts) -> Iterator[World]:
    database = backend.create(folder)
    env = environment(folder, database.url, backend.env)
    manage(env, "migrate", "-v0")
    _play(env, folder / "story.txt")
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", FILLING],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    details = json.loads((folder / "demo.json").read_text())
    sizes = replace(
        FULL, stored=(amounts.messages,), stored_players=amounts.players, active=2, active_waiting=100
    )
    with psycopg.connect(database.url) as connection:
        ids = [each["userId"] for each in details["players"]]
        bulk = Bulk(connection, sizes, ids)
        bulk.begin()
        bulk.fill(amounts.messages)
        yield World(env, json.loads(told), details, bulk)


def _play(env: dict[str, str], log: Path) -> None:
    """The story, whose rows are what the product writes. RuntimeError where it does not come to its end."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(free_port())],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + STORY_WITHIN
    try:
        while "Flint serves" not in log.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the story did not come to its end:\n{log.read_text()}")
            time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
