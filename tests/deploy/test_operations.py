"""docs/operations.md, done as it says by its commands: backup, restore, moving to another database."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bin.services import Postgres
from tests.deploy import operations
from tests.live_database import PostgresDatabase
from tests.live_server import LiveServer, unique
from tests.realtime.supervised import until
from tests.wire_client import WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.postgresql

STATES = "SELECT state, reason FROM messaging_playermessage WHERE player_id = ? ORDER BY created_ms, id"


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    (tmp_path / "backups/wal").mkdir(parents=True)
    return tmp_path / "backups"


@pytest.fixture
def postgres(tmp_path: Path, backups: Path) -> Iterator[Postgres]:
    """With the archive that the page asks for."""
    made = Postgres(tmp_path / "postgres")
    made.options = {
        "archive_mode": "on",
        "archive_command": f"test ! -f {backups}/wal/%f && cp %p {backups}/wal/%f",
    }
    made.start()
    yield made
    made.kill()


@pytest.fixture
def server(postgres: Postgres, tmp_path: Path) -> Iterator[LiveServer]:
    database = PostgresDatabase.create(postgres.url("").rstrip("/"), "flint")
    made = LiveServer(tmp_path / "server", database=database)
    made.folder.mkdir()
    made.manage("migrate", "--verbosity=0")
    made.manage("import_game", str(GAME.document), "--publish")
    yield made
    made.kill()


def beside(server: LiveServer, url: str) -> LiveServer:
    """The same installation on another database."""
    made = LiveServer(server.folder, database=PostgresDatabase(*url.rsplit("/", 1)))
    made.port = server.port
    return made


async def away_player(server: LiveServer) -> tuple[str, str]:
    """Id and user name of a player with a device, who has left."""
    name = unique("away")
    client = await server.connect()
    registered = await client.register(name)
    await client.request("PushRegistrationRequest", deviceOS="ANDROID", pushId=f"token-of-{name}")
    await client.close()
    return registered["userId"], name


async def send(server: LiveServer, player: str, n: int) -> None:
    sent = await server.rest("SendMessageRequest", playerIds=[player], extCode="MARKER", data={"n": n})
    assert "error" not in sent, sent


async def received(server: LiveServer, name: str, last: int) -> list[int]:
    """What a log-in brings before the message `last`, which is sent now."""
    client: WireClient = await server.connect()
    player = (await client.log_in(name))["userId"]
    await send(server, player, last)
    frames = await client.messages_until(lambda frame: frame.get("data", {}).get("n") == last)
    await client.close()
    return [frame["data"]["n"] for frame in frames]


def attempts(server: LiveServer) -> int:
    return len(server.rows("SELECT id FROM push_pushattempt"))


async def confirmed(server: LiveServer, name: str) -> None:
    """Log in, take what waits, and leave once it is confirmed."""
    client = await server.connect()
    player = (await client.log_in(name))["userId"]
    await client.expect_message("ScriptMessage")
    await until(lambda: all(row["state"] == "delivered" for row in server.rows(STATES, player)))
    await client.close()


async def test_a_restore_to_a_point_in_time_sends_nothing_twice(
    server: LiveServer, postgres: Postgres, backups: Path
) -> None:
    server.start()
    player, name = await away_player(server)
    operations.run("base", backups, server.env)
    await send(server, player, 1)  # before the moment, waits
    with psycopg.connect(server.database.url, autocommit=True) as connection:
        moment = connection.execute("SELECT now()::text").fetchone()
        assert moment is not None
        await confirmed(server, name)  # after it
        await send(server, player, 2)
        connection.execute("SELECT pg_switch_wal()")
    assert server.stop() == 0
    postgres.stop()
    data = postgres.folder / "data"
    operations.run("point-in-time", backups, {"PGDATA": str(data), "MOMENT": moment[0]})
    postgres.start()
    former = Postgres(postgres.folder.with_name("former"))
    former.folder.mkdir()
    shutil.copy(postgres.folder / "password", former.folder)
    (postgres.folder / "data.last").rename(former.folder / "data")
    former.start()
    try:
        assert server.rows(STATES, player) == [{"state": "waiting", "reason": "waiting_offline"}]
        operations.run("after", backups, server.env | {"LAST_URL": former.url("flint")})
    finally:
        former.kill()
    assert [row["state"] for row in server.rows(STATES, player)] == ["delivered"]
    server.start()
    pushed = attempts(server)
    assert await received(server, name, 3) == []  # 1 was confirmed; 2 is lost, as the page says
    assert server.rows("SELECT id FROM push_outboxpush") == []
    assert attempts(server) == pushed


async def test_a_dump_restores_and_nothing_is_sent_twice(server: LiveServer, backups: Path) -> None:
    server.start()
    player, name = await away_player(server)
    await send(server, player, 1)
    operations.run("dump", backups, server.env)
    await confirmed(server, name)
    assert server.stop() == 0
    operations.run("restore-dump", backups, server.env)
    restored = beside(server, f"{server.database.url.rsplit('/', 1)[0]}/flint_restored")
    restored.start()
    try:
        assert await received(restored, name, 2) == []
    finally:
        restored.kill()


async def test_an_installation_moves_from_sqlite_to_postgresql(
    postgres: Postgres, backups: Path, tmp_path: Path
) -> None:
    """The demo game: its players are who they were, and what waited comes."""
    before = LiveServer(tmp_path)
    before.manage("migrate", "--verbosity=0")
    before.manage("import_game", "portal/demo/game.json", "--publish")
    before.manage("import_game", str(GAME.document), "--publish")
    before.start()
    player, name = await away_player(before)
    await send(before, player, 1)
    assert before.stop() == 0
    target = PostgresDatabase.create(postgres.url("").rstrip("/"), "moved")
    said = operations.run("copy", backups, before.env | {"NEW_DATABASE_URL": target.url})
    assert said.rstrip().endswith("the counts are the same.")
    after = LiveServer(tmp_path, database=target)
    games = json.dumps(after.rows("SELECT name FROM games_game ORDER BY id"))
    assert "Duel of Dice" in games
    after.start()
    try:
        assert await received(after, name, 2) == [1]
    finally:
        after.kill()


def test_every_command_that_the_page_leaves_to_this_test_is_done_here() -> None:
    done = {"copy", "dump", "base", "restore-dump", "point-in-time", "after"}
    assert set(operations.blocks()) == done
