"""What pushes: one process on SQLite, or a server and a worker on PostgreSQL and Redis."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.faults.nodes.cluster import WorkerNode
from benchmarks.faults.outcome import FaultFailed
from benchmarks.faults.pushes import game
from benchmarks.faults.world import UNTHROTTLED, FaultServer, fill
from benchmarks.push_services import DEVICE_OS, Device, Services
from bin.services import Postgres, Redis
from tests.live_database import LiveDatabase, PostgresDatabase
from tests.live_server import ROOT

AT_ONCE = 100  # players of one request: so many are stored and decided by its run itself


@dataclass(frozen=True, slots=True)
class Reader:
    """A player who is never online, with one device."""

    player_id: str
    device: Device


@dataclass
class Installation:
    """`pusher` is the process that sends pushes. `sent`: the readers of each news, by its number."""

    folder: Path
    services: Services
    server: FaultServer
    worker: WorkerNode | None = None
    readers: list[Reader] = field(default_factory=list)
    sent: dict[int, Sequence[Reader]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.game = game.write(self.folder)

    @property
    def pusher(self) -> FaultServer | WorkerNode:
        return self.worker or self.server

    async def start(self) -> None:
        await asyncio.to_thread(self.services.start)
        await asyncio.to_thread(fill, self.server, self.game)
        await asyncio.gather(*(process.begin() for process in self._processes))

    async def add_readers(self, providers: Iterable[str], accounts: dict[str, Any] | None = None) -> None:
        """One for each; the accounts are those of the services unless others are given."""
        devices = [self.services.device(name, number) for number, name in enumerate(providers)]
        given = {
            "accounts": self.services.accounts() if accounts is None else accounts,
            "devices": [(DEVICE_OS[device.provider], device.token) for device in devices],
        }
        ids = await asyncio.to_thread(self._seed, json.dumps(given))
        self.readers = [Reader(*each) for each in zip(ids, devices, strict=True)]

    async def send(self, readers: Sequence[Reader]) -> int:
        """News for all of them; its number. It counts as sent once the request is answered."""
        number = len(self.sent) + 1
        for start in range(0, len(readers), AT_ONCE):
            answer = await self.server.rest(
                "SendMessageRequest",
                stage=game.STAGE,
                game=self.game,
                playerIds=[reader.player_id for reader in readers[start : start + AT_ONCE]],
                extCode=game.CODE,
                data={"number": number},
            )
            if "error" in answer:
                raise FaultFailed(f"the news was refused: {answer}")
        self.sent[number] = readers
        return number

    async def set_account(self, provider: str, file: Path) -> None:
        arguments = (self.game.api_key, game.STAGE, provider, str(file))
        await asyncio.to_thread(self.server.manage, "push_account", *arguments)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return self.server.rows(sql, *values)

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(self.rows(f"SELECT COUNT(*) AS number FROM {table} WHERE {where}")[0]["number"])

    async def end(self) -> None:
        for process in self._processes:
            process.kill()
        self.services.kill()

    def logs(self) -> str:
        return "\n".join(f"== {each.folder.name}\n{each.log()[-3000:]}" for each in self._processes)

    @property
    def _processes(self) -> tuple[FaultServer | WorkerNode, ...]:
        return (self.server, self.worker) if self.worker else (self.server,)

    def _seed(self, given: str) -> list[str]:
        command = [sys.executable, "-m", "benchmarks.faults.pushes.seed", self.game.api_key, game.STAGE]
        done = subprocess.run(
            command, cwd=ROOT, env=self.server.env, input=given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise FaultFailed(f"no readers:\n{done.stderr[-3000:]}")
        ids: list[str] = json.loads(done.stdout)
        return ids


@contextlib.asynccontextmanager
async def one_process(folder: Path) -> AsyncIterator[Installation]:
    """In whose folder there may be a database that is migrated."""
    server = FaultServer(_folder(folder, "server"))
    async with _running(Installation(folder, Services(folder / "services"), server)) as installation:
        yield installation


@contextlib.asynccontextmanager
async def several_processes(folder: Path) -> AsyncIterator[Installation]:
    postgres, redis = Postgres(folder / "postgres", durable=True), Redis(folder / "redis")
    try:
        await asyncio.gather(asyncio.to_thread(postgres.start), asyncio.to_thread(redis.start))
        database: LiveDatabase = PostgresDatabase.create(postgres.url("").rstrip("/"), "flint")
        env = {"REDIS_URL": redis.url()}
        server = FaultServer(_folder(folder, "server"), env, database, ("--no-jobs",))
        worker = WorkerNode(_folder(folder, "worker"), {**UNTHROTTLED, **env}, database)
        services = Services(folder / "services")
        async with _running(Installation(folder, services, server, worker)) as installation:
            yield installation
    finally:
        redis.kill()
        postgres.kill()


@contextlib.asynccontextmanager
async def _running(installation: Installation) -> AsyncIterator[Installation]:
    try:
        await installation.start()
        yield installation
    except (AssertionError, OSError) as failed:
        raise FaultFailed(f"{type(failed).__name__}: {failed}\n{installation.logs()}") from failed
    finally:
        await installation.end()


def _folder(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(parents=True, exist_ok=True)
    return made


INSTALLATIONS: dict[str, Callable[[Path], AbstractAsyncContextManager[Installation]]] = {
    "sqlite": one_process,
    "postgresql and redis": several_processes,
}
