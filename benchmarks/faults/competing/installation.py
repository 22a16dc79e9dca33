"""What is killed: one process on SQLite, or a server and two workers on PostgreSQL and Redis."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.faults.competing import game
from benchmarks.faults.nodes.cluster import WorkerNode
from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed
from benchmarks.faults.world import HOOKED, UNTHROTTLED, FaultServer, Player, fill
from bin.services import Postgres, Redis
from tests.live_database import LiveDatabase, PostgresDatabase
from tests.live_server import unique
from tests.wire_client import Frame, WireClient, WireError

WORKERS = 2
STRUCK_WITHIN, ENDED_WITHIN, ANSWERED_WITHIN = 60.0, 10.0, 60.0


class Installation:
    """`processes` may all be asked to die, see benchmarks.faults.hook.strikes; who does is started again."""

    def __init__(self, folder: Path, database: LiveDatabase | None, redis_url: str = "") -> None:
        self.folder = folder
        self.strikes = folder / "strikes"
        self.strikes.mkdir(parents=True)
        self.game = game.write(folder)
        self.players: list[Player] = []
        env = {"STRIKES": str(self.strikes)}
        if not redis_url:
            self.server = FaultServer(self._folder("server"), env)
            self.workers: list[WorkerNode] = []
        else:
            env |= {"REDIS_URL": redis_url}
            self.server = FaultServer(self._folder("server"), env, database, ("--no-jobs",))
            self.workers = [self._worker(f"worker-{each}", env, database) for each in range(WORKERS)]
        self.processes: tuple[FaultServer | WorkerNode, ...] = (self.server, *self.workers)

    async def start(self) -> None:
        await asyncio.to_thread(fill, self.server, self.game)
        await asyncio.gather(*(process.begin() for process in self.processes))

    async def player(self) -> Player:
        player = Player(self.server, unique("rival"), game=self.game)
        self.players.append(player)
        return await player.connect()

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return self.server.rows(sql, *values)

    def execute(self, sql: str, *values: Any) -> None:
        self.server.database.execute(sql, *values)

    def ask_to_die(self, what: str, place: str) -> None:
        (self.strikes / f"{what}.{place}").touch()

    async def struck(self) -> None:
        """Wait until one process has died of it, start it again, and let the players come back to it."""
        deadline = time.monotonic() + STRUCK_WITHIN
        while any(self.strikes.iterdir()):
            if time.monotonic() > deadline:
                asked = [each.name for each in self.strikes.iterdir()]
                raise FaultFailed(f"nobody came to {asked} within {STRUCK_WITHIN} s")
            await asyncio.sleep(0.02)
        dead = await self._dead()
        if len(dead) != 1 or dead[0].process is None or dead[0].process.returncode != -signal.SIGKILL:
            raise FaultFailed(f"of one kill ended {[each.folder.name for each in dead]}")
        await dead[0].begin()
        if dead[0] is self.server:
            await asyncio.gather(*(player.come_back() for player in self.players))

    async def surely(self, player: Player, name: str, **fields: Any) -> Frame:
        """The answer to a request that is repeated under one durable id until it is answered.

        Raises FaultFailed where it is an error.
        """
        request_id, deadline = player.client.durable_id(), time.monotonic() + ANSWERED_WITHIN
        while time.monotonic() < deadline:
            client = player.client
            try:
                answer = await client.request(name, request_id=request_id, within=10, **fields)
            except WireError:
                await until(
                    partial(_is_back, player, client), ANSWERED_WITHIN, "nobody brought the player back"
                )
                continue
            if "error" in answer:
                raise FaultFailed(f"{name} was answered with {answer['error']}")
            return answer
        raise FaultFailed(f"{name} was not answered within {ANSWERED_WITHIN} s")

    async def end(self) -> None:
        await asyncio.gather(*(player.close() for player in self.players), return_exceptions=True)
        for process in self.processes:
            process.kill()

    def logs(self) -> str:
        return "\n".join(f"== {each.folder.name}\n{each.log()[-3000:]}" for each in self.processes)

    async def _dead(self) -> list[FaultServer | WorkerNode]:
        deadline = time.monotonic() + ENDED_WITHIN
        while True:
            dead = [each for each in self.processes if each.process and each.process.poll() is not None]
            if dead or time.monotonic() > deadline:
                return dead
            await asyncio.sleep(0.02)

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def _worker(self, name: str, env: dict[str, str], database: LiveDatabase | None) -> WorkerNode:
        return WorkerNode(self._folder(name), {**UNTHROTTLED, **HOOKED, **env}, database)


def _is_back(player: Player, before: WireClient) -> bool:
    """Logged in over another socket, or still on the one of before."""
    return bool(player.client.user_id) if player.client is not before else not before.ended


@contextlib.asynccontextmanager
async def one_process(folder: Path) -> AsyncIterator[Installation]:
    """In whose folder there may be a database that is migrated."""
    async with _running(Installation(folder, None)) as installation:
        yield installation


@contextlib.asynccontextmanager
async def several_processes(folder: Path) -> AsyncIterator[Installation]:
    postgres, redis = Postgres(folder / "postgres", durable=True), Redis(folder / "redis")
    try:
        await asyncio.gather(asyncio.to_thread(postgres.start), asyncio.to_thread(redis.start))
        database = PostgresDatabase.create(postgres.url("").rstrip("/"), "flint")
        async with _running(Installation(folder, database, redis.url())) as installation:
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
