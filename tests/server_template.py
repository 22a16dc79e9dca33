"""A migrated database with both games, published, that each live server gets a copy of."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from bin.services import Redis
from tests import backend
from tests.live_database import LiveDatabase, template
from tests.live_server import LiveServer
from tests.run_shared import once
from tests.wire_games import GAME, OTHER_GAME

S = TypeVar("S", bound=LiveServer)
NAME = "servers_template"


class ServerTemplate:
    """The first process of a run that needs it makes it in `folder`, for all others of the run."""

    def __init__(self, folder: Path, migrated: LiveDatabase) -> None:
        self.folder = folder
        self._redis: list[Redis] = []
        self.database = template(folder, NAME)
        once(folder, lambda: self._make(migrated))

    def _make(self, migrated: LiveDatabase) -> None:
        self.database.drop()  # half made, by a process that was killed
        migrated.copy_to(self.folder, NAME)
        server = LiveServer(self.folder, database=self.database)
        for game in (GAME, OTHER_GAME):
            server.manage("import_game", str(game.document), "--publish")

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
