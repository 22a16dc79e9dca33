"""A migrated database with both games, published, that each live server gets a copy of."""

import fcntl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from bin.services import Redis
from tests import backend
from tests.live_database import LiveDatabase, PostgresDatabase, SqliteFile
from tests.live_server import LiveServer
from tests.wire_games import GAME, OTHER_GAME

S = TypeVar("S", bound=LiveServer)


class ServerTemplate:
    """The first process of a run that needs it makes it in `folder`, for all others of the run."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._redis: list[Redis] = []
        self.database: LiveDatabase = SqliteFile(folder)
        if backend.chosen == backend.POSTGRESQL:
            self.database = PostgresDatabase(backend.server_url(), "servers_template")
        made = folder / "made"
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                self._make(folder)
                made.touch()

    def _make(self, folder: Path) -> None:
        if backend.chosen == backend.POSTGRESQL:
            self.database.drop()  # half made, by a process that was killed
            PostgresDatabase.create(backend.server_url(), "servers_template")
        template = LiveServer(folder, database=self.database)
        template.manage("migrate", "--verbosity=0")
        for game in (GAME, OTHER_GAME):
            template.manage("import_game", str(game.document), "--publish")

    def server(
        self,
        kind: type[S],
        folder: Path,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        beside: LiveServer | None = None,
    ) -> S:
        """A server, not started. `beside` another it shares that one's database and Redis.

        On PostgreSQL it has a Redis of its own, unless `env` has REDIS_URL.
        """
        env = dict(env or {})
        folder.mkdir(parents=True, exist_ok=True)
        database = beside.database if beside else self.database.copy_to(folder)
        if beside and "REDIS_URL" in beside.env:
            env.setdefault("REDIS_URL", beside.env["REDIS_URL"])
        elif backend.chosen == backend.POSTGRESQL and "REDIS_URL" not in env:
            self._redis.append(Redis(folder / "redis"))
            self._redis[-1].start()
            env["REDIS_URL"] = self._redis[-1].url()
        return kind(folder, env, database, options)

    def end(self, servers: Sequence[LiveServer]) -> None:
        """Kill them, and drop what belongs to them alone."""
        for server in servers:
            server.kill()
        for server in servers:
            if server.database is not self.database:
                server.database.drop()
        urls = {server.env.get("REDIS_URL") for server in servers}
        for redis in [redis for redis in self._redis if redis.url() in urls]:
            redis.kill()
            self._redis.remove(redis)
