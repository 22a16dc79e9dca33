"""The installation that is harmed: PostgreSQL, Redis, two servers, two workers, each a process of its own."""

import asyncio
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.faults.nodes.door import Door
from benchmarks.faults.nodes.services import accounts
from benchmarks.faults.world import UNTHROTTLED
from benchmarks.push_services import Services
from bin.services import Postgres, Redis
from tests.live_database import PostgresDatabase
from tests.live_server import ROOT, LiveServer

# Each server is under a supervisor of its own, as on a machine of its own.
SERVE = ("--no-jobs", "--processes", "1")

if TYPE_CHECKING:
    from benchmarks.faults.nodes.traffic import Traffic

L = TypeVar("L", bound=LiveServer)
P = TypeVar("P", bound="ClusterProcess")


class ClusterProcess(LiveServer):
    """Reaches Redis by a door of its own."""

    redis_door: Door

    def post(self, path: str, body: bytes) -> tuple[int, str]:
        return self._http("POST", path, body, {})

    def date_header(self) -> str:
        """When the process thinks it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().headers["Date"]
        finally:
            connection.close()

    async def begin(self) -> None:
        await asyncio.to_thread(self.start)


class Node(ClusterProcess):
    """`manage.py serve` without shared jobs. Players reach it by `door`."""

    door: Door


class WorkerNode(ClusterProcess):
    """`manage.py worker`; ready once it says so."""

    def start(self) -> None:
        before = len(self.log())
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_said("Flint works", before)

    def _wait_said(self, words: str, since: int) -> None:
        deadline = time.monotonic() + 30
        while words not in self.log()[since:]:
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the worker did not start:\n{self.log()[-3000:]}")
            time.sleep(0.02)


@dataclass
class Cluster:
    """`struck` is called by a fault the moment its harm is done: what is under way then is counted.

    `services`: where pushes go to, None for the sandbox.
    """

    folder: Path
    players: int = 500
    short: bool = False
    sabotage: str = ""
    postgres_folder: Path | None = None
    services: Services | None = None
    struck: Callable[[], None] = lambda: None
    nodes: list[Node] = field(default_factory=list)
    workers: list[WorkerNode] = field(default_factory=list)
    seeded: dict[str, list[str]] = field(default_factory=dict)
    traffic: "Traffic" = field(init=False)

    async def start(self) -> None:
        self.postgres = Postgres(self.postgres_folder or self.folder / "postgres", durable=True)
        self.redis = Redis(self.folder / "redis")
        starts = [self.postgres.start, self.redis.start, *([self.services.start] if self.services else [])]
        await asyncio.gather(*(asyncio.to_thread(start) for start in starts))
        self.database = PostgresDatabase.create(self.postgres.url("").rstrip("/"), "flint")
        await self._fill()
        self.workers = [await self._add(WorkerNode, f"worker-{number}") for number in range(2)]
        self.nodes = [await self._add(Node, f"serve-{number}", SERVE) for number in range(2)]
        await asyncio.gather(*[process.begin() for process in (*self.workers, *self.nodes)])
        for node in self.nodes:
            node.door = Door("127.0.0.1", node.port)
            await node.door.open()

    async def ask(self, message: str) -> dict[str, Any]:
        """The answer to a friend message that a server sends for a player, through the first node."""
        half = self.players // 2
        fields = {
            "playerId": self.seeded["ids"][0],
            "friendIds": [self.seeded["ids"][half]],
            "message": message,
        }
        path = "/preview/rs/bench0000001/server/server-secret/SendFriendMessageRequest"
        _, body = await asyncio.to_thread(self.nodes[0].post, path, json.dumps(fields).encode())
        answer: dict[str, Any] = json.loads(body)
        return answer

    async def _fill(self) -> None:
        server = self._make(LiveServer, "seed", self.redis.url())
        await asyncio.to_thread(server.manage, "migrate", "--verbosity=0")
        done = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.faults.nodes.seed", str(self.players)),
            cwd=ROOT,
            env=server.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        given = accounts(self.services) if self.services else "{}"
        out, error = await done.communicate(given.encode())
        if done.returncode:
            raise AssertionError(f"the database was not filled:\n{error.decode()[-3000:]}")
        self.seeded = json.loads(out)

    async def _add(self, kind: type[P], name: str, options: Sequence[str] = ()) -> P:
        door = Door("127.0.0.1", self.redis.port)
        await door.open()
        process = self._make(kind, name, f"redis://127.0.0.1:{door.port}/0", options)
        process.redis_door = door
        return process

    def _make(self, kind: type[L], name: str, redis_url: str, options: Sequence[str] = ()) -> L:
        folder = self.folder / name
        folder.mkdir()
        env = {**UNTHROTTLED, "REDIS_URL": redis_url}
        if self.sabotage:
            env |= {"DJANGO_SETTINGS_MODULE": "benchmarks.faults.settings", "SABOTAGE": self.sabotage}
        return kind(folder, env, self.database, options)

    def logs(self) -> str:
        """The ends of all processes' logs."""
        processes = (*self.nodes, *self.workers)
        return "\n".join(f"== {each.folder.name}\n{each.log()[-3000:]}" for each in processes)

    async def end(self) -> None:
        for process in (*self.nodes, *self.workers):
            process.kill()
        doors = [process.redis_door for process in (*self.nodes, *self.workers)]
        for door in (*(node.door for node in self.nodes), *doors):
            await door.shut()
        self.redis.kill()
        self.postgres.kill()
        if self.services is not None:
            self.services.kill()
