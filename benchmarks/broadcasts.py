"""A broadcast that is paused, resumed and aborted while its workers are killed: who has it, at what cost.

    python -m benchmarks.broadcasts [--players 1000000] [--backend postgresql] [--rate N] [--personal]

A fresh database with so many generated players, and one worker at a time (on SQLite the server, which is its
own). It is paused at 20 % and its worker killed; resumed with another one, which is killed at 50 % in the
middle of its work; aborted at 90 %. Then the database must hold exactly the players that were claimed, each
once, and a worker's memory must have stood still. Exits 1 and says what is wrong, if something is.

`--rate` limits the recipients a second, so that a few thousand players last long enough; `--personal` renders
the text for each recipient.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet

from bin.services import Postgres, Redis, Service, free_port, make_database

if TYPE_CHECKING:
    from games.models import Stage
    from messaging.broadcasts import Status

ROOT = Path(__file__).resolve().parent.parent
API_KEY = "bench0000001"
MARKED = 101  # players of a message that shows that a worker is at work
LOOK_SECONDS = 0.02
SAMPLE_SECONDS = 0.5
PATIENCE = 120.0  # seconds without what is waited for
GROWTH = 1.1  # of a worker's memory between its first and its last quarter
FEW_SAMPLES = 8
MIGRATED = "a migrated SQLite file, to begin with a copy of"

_NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(1, %s) n",
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
    "SELECT n FROM numbers",
}
_ID = {"postgresql": "lpad(to_hex(n), 12, '0')", "sqlite": "printf('%%012x', n)"}


class Wrong(Exception):
    """What the broadcast did and should not have done, in a sentence."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`at` in seconds since the start, `resident_mb` the worker's memory."""

    at: float
    worker: int
    expanded: int
    resident_mb: float


@dataclass
class Watch:
    """Follows one broadcast and the worker that expands it."""

    stage: "Stage"
    broadcast_id: str
    worker: subprocess.Popen[bytes]
    workers: int = 1
    samples: list[Sample] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def status(self) -> "Status":
        from messaging import broadcasts

        status = broadcasts.status(self.stage, self.broadcast_id)
        now = time.monotonic() - self.started
        is_due = not self.samples or now - self.samples[-1].at >= SAMPLE_SECONDS
        if is_due and self.worker.poll() is None:
            self.samples.append(Sample(now, self.workers, status.expanded, resident_mb(self.worker.pid)))
        return status

    def until(self, what: str, reached: "Callable[[Status], bool]") -> "Status":
        deadline = time.monotonic() + PATIENCE
        known = -1
        while not reached(status := self.status()):
            if status.expanded != known:
                known, deadline = status.expanded, time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                raise Wrong(f"waited {PATIENCE:.0f} s for: {what}; it is {status.state} at {status.expanded}")
            time.sleep(LOOK_SECONDS)
        return status

    def kill(self) -> None:
        self.worker.kill()
        self.worker.wait()

    def replace(self) -> None:
        self.worker, self.workers = start_worker(), self.workers + 1


def run(players: int, rate: int | None, personal: bool) -> None:
    """Prints what happens; raises Wrong."""
    from messaging import broadcasts
    from messaging.broadcast_states import Action

    stage = make_game(personal)
    print(f"{make_players(stage, players):,} players generated", flush=True)
    status = start(stage, rate)
    watch = Watch(stage, status.id, start_worker())
    try:
        watch.until("20 %", lambda now: now.expanded >= players * 0.2)
        paused = broadcasts.act(stage, status.id, Action.PAUSE, None)
        stands_still(watch, paused)
        print(f"paused at {paused.expanded:,}, its worker killed", flush=True)
        watch.kill()
        watch.replace()
        stands_still(watch, paused)
        broadcasts.act(stage, status.id, Action.RESUME, None)
        killed = watch.until("50 %", lambda now: now.expanded >= players * 0.5)
        watch.kill()
        at = time.monotonic()
        killed = watch.status()
        watch.replace()
        watch.until("a successor", lambda now: now.expanded > killed.expanded)
        handed_over = time.monotonic() - at
        print(f"killed at {killed.expanded:,}, handed over within {handed_over:.1f} s", flush=True)
        watch.until("90 %", lambda now: now.expanded >= players * 0.9)
        aborted = broadcasts.act(stage, status.id, Action.ABORT, None)
        stands_still(watch, aborted)
        print(f"aborted at {aborted.expanded:,}", flush=True)
    finally:
        watch.kill()
    check_copies(stage, status.id, aborted.expanded)
    print_samples(watch.samples)
    check_memory(watch.samples)


def stands_still(watch: Watch, status: "Status") -> None:
    """Whoever expanded on would do it before or beside a later message, which the worker expands whole."""
    marker = send_marker(watch.stage)
    Watch(watch.stage, marker, watch.worker).until("the marker", lambda now: now.state == "expanded")
    if (now := watch.status()) != status:
        raise Wrong(f"it went on after it was {status.state}: {status} became {now}")


def check_copies(stage: "Stage", broadcast_id: str, expanded: int) -> None:
    """Exactly the first `expanded` players in order of id have it, each once."""
    from django.db.models import Max

    from messaging.models import PlayerMessage
    from players.models import Player

    copies = PlayerMessage.objects.filter(message_id=broadcast_id)
    players = Player.objects.filter(stage=stage).order_by("id")
    last = copies.aggregate(last=Max("player_id"))["last"]
    found = {
        "rows": copies.count(),
        "players": copies.values("player_id").distinct().count(),
        "players up to the last one": players.filter(id__lte=last).count(),
    }
    print(", ".join(f"{name}: {count:,}" for name, count in found.items()), flush=True)
    if set(found.values()) != {expanded}:
        raise Wrong(f"{expanded:,} were claimed to have it, but: {found}")


def check_memory(samples: list[Sample]) -> None:
    """Of the worker that was at it longest, from its first rows on."""
    sizes = max((at_work(samples, worker) for worker in {each.worker for each in samples}), key=len)
    if len(sizes) < FEW_SAMPLES:
        print(f"memory: {max(sizes, default=0.0):.1f} MB; too short to say whether it grows")
        return
    quarter = len(sizes) // 4
    first, last = statistics.median(sizes[:quarter]), statistics.median(sizes[-quarter:])
    print(f"memory: {first:.1f} MB in a worker's first quarter, {last:.1f} MB in its last", flush=True)
    if last > first * GROWTH:
        raise Wrong(f"a worker's memory grew from {first:.1f} to {last:.1f} MB")


def at_work(samples: list[Sample], worker: int) -> list[float]:
    """The worker's memory since it stored its first rows."""
    its = [each for each in samples if each.worker == worker]
    return [each.resident_mb for each in its if each.expanded > its[0].expanded]


def print_samples(samples: list[Sample]) -> None:
    print(f"{'s':>7} {'worker':>7} {'expanded':>10} {'rows/s':>9} {'MB':>7}")
    for before, each in zip([samples[0], *samples], samples, strict=False):
        seconds = each.at - before.at
        rate = (each.expanded - before.expanded) / seconds if seconds else 0.0
        print(f"{each.at:7.1f} {each.worker:7} {each.expanded:10,} {rate:9,.0f} {each.resident_mb:7.1f}")


# --- the game, its players, its messages ------------------------------------------------------------------


def make_game(personal: bool) -> "Stage":
    from games.publishing import create_game
    from messaging.message_settings import save_version
    from messaging.message_types import save_extension

    game = create_game("Bench", None, API_KEY)
    text = "News for ${player.displayName}: ${data.text}" if personal else "News: ${data.text}"
    for code in ("NEWS", "MARKER"):
        save_version(save_extension(game, code, code, "", None), {"template": text, "title": "News"}, None)
    return game.stage("preview")


def make_players(stage: "Stage", count: int) -> int:
    """By one statement, from one that the model makes."""
    from django.db import connection

    from players.models import Player

    one = Player.objects.create(stage=stage, display_name="Player 0")
    given = {"id": f"'{one.pk[:12]}' || {_ID[connection.vendor]}", "display_name": "'Player ' || n"}
    names = [str(column.column) for column in Player._meta.concrete_fields]
    selected = ", ".join(given.get(name, name) for name in names)
    numbers = _NUMBERS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO players_player ({', '.join(names)}) "
            f"SELECT {selected} FROM players_player, ({numbers}) numbers WHERE id = %s",
            [count - 1, one.pk],
        )
        cursor.execute("ANALYZE")
    return Player.objects.filter(stage=stage).count()


def start(stage: "Stage", rate: int | None) -> "Status":
    from django.db import transaction

    from games.events import PlatformEvent
    from messaging import broadcasts
    from protocol.run import Run

    event = PlatformEvent(
        stage_id=stage.pk,
        message_class="ScriptMessage",
        ext_code="NEWS",
        data={"data": {"text": "The season begins"}},
        everybody=True,
        origin={"request": "benchmark"},
    )
    with transaction.atomic():
        return broadcasts.start(Run(), event, stage, broadcasts.Pacing(rate=rate), None)


def send_marker(stage: "Stage") -> str:
    from django.db import transaction

    from games.events import PlatformEvent
    from games.signals import platform_event
    from messaging.writer import Unit
    from players.models import Player
    from protocol.run import Run

    ids = tuple(Player.objects.filter(stage=stage).order_by("-id").values_list("id", flat=True)[:MARKED])
    event = PlatformEvent(stage.pk, "ScriptMessage", {}, player_ids=ids, ext_code="MARKER")
    with transaction.atomic():
        ((_, unit),) = platform_event.send(sender="benchmark", run=Run(), event=event)
    assert isinstance(unit, Unit)
    return str(unit.message[0])


# --- processes --------------------------------------------------------------------------------------------


def start_worker() -> subprocess.Popen[bytes]:
    from django.db import connection

    process = ["worker"] if connection.vendor == "postgresql" else ["serve", "--port", str(free_port())]
    return subprocess.Popen(
        [sys.executable, "manage.py", *process], cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL
    )


def resident_mb(pid: int) -> float:
    """0 of a process that is ending."""
    size = Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[:1]
    return int(size[0]) / 1024 if size else 0.0


@contextmanager
def database(backend: str, migrated: Path | None = None) -> Iterator[None]:
    """A fresh one, which Django is set up on; on SQLite a copy of the `migrated` file, where one is given."""
    with tempfile.TemporaryDirectory(prefix="flint-broadcasts-") as name:
        folder = Path(name)
        os.environ.update(
            FLINT_VAR=name,
            FLINT_DEBUG="0",
            FLINT_SECRET_KEY="a key for measurements alone, long enough for Django",
            FLINT_CREDENTIAL_KEYS=Fernet.generate_key().decode(),
            DJANGO_SETTINGS_MODULE="portal.settings",
            REDIS_URL="",
            DATABASE_URL=f"sqlite:///{folder / 'flint.sqlite3'}",
        )
        services: list[Service] = []
        try:
            if backend == "postgresql":
                _start_services(folder, services)
            elif migrated:
                shutil.copy(migrated, folder / "flint.sqlite3")
            _set_up(migrate=not migrated)
            yield
        finally:
            _close()
            for service in services:
                service.stop()


def _start_services(folder: Path, started: list[Service]) -> None:
    postgres, redis = Postgres(folder / "postgres"), Redis(folder / "redis")
    for service in (postgres, redis):
        service.start()
        started.append(service)
    make_database(postgres, "flint")
    os.environ.update(DATABASE_URL=postgres.url("flint"), REDIS_URL=redis.url())


def _set_up(migrate: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    if migrate:
        call_command("migrate", verbosity=0)


def _close() -> None:
    from django.db import connections

    connections.close_all()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--players", type=int, default=1_000_000)
    parser.add_argument("--backend", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--migrated", type=Path, help=MIGRATED)
    parser.add_argument("--rate", type=int)
    parser.add_argument("--personal", action="store_true")
    options = parser.parse_args()
    with database(options.backend, options.migrated):
        try:
            run(options.players, options.rate, options.personal)
        except Wrong as wrong:
            print(f"WRONG: {wrong}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
