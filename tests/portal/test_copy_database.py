"""`manage.py copy_database` between real databases: a SQLite file and the tests' PostgreSQL."""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from portal.copying import in_order_of_need
from tests import backend
from tests.live_database import LiveDatabase, PostgresDatabase, SqliteFile
from tests.live_server import LiveServer

pytestmark = pytest.mark.postgresql

WORLD = "from tests.portal.ops_world import make_world; make_world('ana'); make_world('bob')"
NewPostgres = Callable[..., PostgresDatabase]
Copy = Callable[..., str]


@pytest.fixture
def copy(django_db_blocker: Any) -> Copy:
    """What copy_database prints."""

    def run(*arguments: str) -> str:
        out = io.StringIO()
        with django_db_blocker.unblock():
            call_command("copy_database", *arguments, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture(scope="module")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFile:
    """Migrated."""
    folder = tmp_path_factory.mktemp("empty")
    server = LiveServer(folder)
    server.manage("migrate", "--verbosity=0")
    return SqliteFile(folder)


@pytest.fixture(scope="module")
def world(empty_sqlite: SqliteFile, tmp_path_factory: pytest.TempPathFactory) -> SqliteFile:
    """Two games and a row of nearly everything."""
    folder = tmp_path_factory.mktemp("world")
    made = empty_sqlite.copy_to(folder)
    LiveServer(folder, database=made).manage("shell", "-c", WORLD)
    return made


@pytest.fixture
def sqlite(world: SqliteFile, tmp_path: Path) -> SqliteFile:
    return world.copy_to(tmp_path)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase.create(backend.server_url(), f"migrated_{backend.unique()}")
    LiveServer(tmp_path_factory.mktemp("migrated"), database=database).manage("migrate", "--verbosity=0")
    yield database
    database.drop()


@pytest.fixture
def new_postgres(migrated: PostgresDatabase) -> Iterator[NewPostgres]:
    made: list[PostgresDatabase] = []

    def make(template: str = migrated.name) -> PostgresDatabase:
        made.append(PostgresDatabase.create(backend.server_url(), f"copy_{backend.unique()}", template))
        return made[-1]

    yield make
    for database in made:
        database.drop()


def contents(database: LiveDatabase) -> dict[str, list[str]]:
    """Every row of every table of ours, each value in one form, in a fixed order."""
    columns = {
        model._meta.db_table: [str(field.column) for field in model._meta.concrete_fields]
        for model in in_order_of_need()
    }
    return {
        table: sorted(
            json.dumps([plain(row[name]) for name in names], default=str, sort_keys=True)
            for row in database.rows(f"SELECT * FROM {table}")
        )
        for table, names in columns.items()
    }


def plain(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) and value[:1] in "{[" else value
    except ValueError:
        return value


def test_there_and_back_nothing_is_changed(
    sqlite: SqliteFile, empty_sqlite: SqliteFile, new_postgres: NewPostgres, tmp_path: Path, copy: Copy
) -> None:
    postgres, back = new_postgres(), empty_sqlite.copy_to(tmp_path / "back")
    copy(sqlite.url, postgres.url)
    done = json.loads(copy(postgres.url, back.url, "--json"))
    before = contents(sqlite)
    assert contents(back) == before
    counts = {each["table"]: (each["source"], each["target"]) for each in done}
    assert counts == {table: (len(rows), len(rows)) for table, rows in before.items()}
    filled = {table for table, rows in before.items() if rows}
    assert filled >= {"games_credential", "messaging_playermessage", "push_device", "players_friendship"}


def test_the_table_says_what_was_copied(sqlite: SqliteFile, new_postgres: NewPostgres, copy: Copy) -> None:
    printed = copy(sqlite.url, new_postgres().url).splitlines()
    assert printed[0].split() == ["table", "FROM", "TO"]
    assert "games_game 2 2" in [" ".join(line.split()) for line in printed]
    rows = sum(len(each) for each in contents(sqlite).values())
    tables = len(in_order_of_need())
    assert printed[-1] == f"Copied {rows:,} rows of {tables} tables; the counts are the same."


def test_new_rows_get_ids_after_the_copied_ones(
    sqlite: SqliteFile, new_postgres: NewPostgres, copy: Copy
) -> None:
    postgres = new_postgres()
    copy(sqlite.url, postgres.url)
    new_game = (
        "INSERT INTO games_game (name, description, api_key, created) VALUES ('New', '', 'new1', now())"
    )
    postgres.execute(new_game)
    assert [row["id"] for row in postgres.rows("SELECT id FROM games_game ORDER BY id")] == [1, 2, 3]


def test_memory_does_not_grow_with_the_rows(
    sqlite: SqliteFile, new_postgres: NewPostgres, tmp_path: Path
) -> None:
    def peak() -> int:
        """Kilobytes of the largest process so far among those this one waited for."""
        target = new_postgres().url
        command = [sys.executable, "manage.py", "copy_database", sqlite.url, target]
        subprocess.run(command, check=True, capture_output=True, env=LiveServer(tmp_path).env)
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

    small = peak()
    player = sqlite.rows("SELECT id, stage_id FROM players_player LIMIT 1")[0]
    sqlite.execute(
        "INSERT INTO players_analyticsevent (stage_id, player_id, key, data, start, end, at_ms)"
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
        " SELECT ?, ?, 'k', json_object('x', hex(zeroblob(1000))), 0, 0, i FROM n",
        player["stage_id"],
        player["id"],
    )
    assert sqlite.file.stat().st_size > 120_000_000
    assert peak() < small + 60_000


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("sqlite:///x", "sqlite:///x", "FROM and TO are the same database."),
        ("sqlite:///nowhere/x", "sqlite:///x", "FROM: there is no file /nowhere/x."),
        ("mysql://x/y", "sqlite:///x", "FROM must begin with sqlite:/// or postgresql://, not 'mysql'."),
    ],
)
def test_what_is_no_database_is_refused(source: str, target: str, sentence: str, copy: Copy) -> None:
    with pytest.raises(CommandError) as refused:
        copy(source, target)
    assert str(refused.value) == sentence


def test_a_target_that_is_not_new_is_refused(
    sqlite: SqliteFile, new_postgres: NewPostgres, copy: Copy
) -> None:
    with pytest.raises(
        CommandError, match=r"^TO lacks \d+ migrations: run `manage.py migrate` on it first.$"
    ):
        copy(sqlite.url, new_postgres("template0").url)
    full = new_postgres()
    full.execute("INSERT INTO auth_group (name) VALUES ('makers')")
    full.execute(
        "INSERT INTO games_game (name, description, api_key, created) VALUES ('x', '', 'x123', now())"
    )
    with pytest.raises(CommandError) as refused:
        copy(sqlite.url, full.url)
    assert str(refused.value) == (
        "TO is not empty (games_game has rows): it must be a new database that only `manage.py migrate` "
        "has touched."
    )
    assert full.rows("SELECT name FROM auth_group") == [{"name": "makers"}]


def test_a_server_that_is_away_is_named_without_the_password(sqlite: SqliteFile, copy: Copy) -> None:
    with pytest.raises(CommandError, match=r"^TO cannot be reached: ") as refused:
        copy(sqlite.url, "postgresql://flint:hidden@127.0.0.1:1/flint")
    assert "hidden" not in str(refused.value)


def test_nothing_is_copied_when_one_row_cannot_be(
    sqlite: SqliteFile, new_postgres: NewPostgres, copy: Copy
) -> None:
    postgres = new_postgres()
    sqlite.execute("UPDATE players_player SET display_name = ?", "x" * 300)
    with pytest.raises(CommandError, match=r"^players_player cannot be copied: value too long"):
        copy(sqlite.url, postgres.url)
    assert postgres.rows("SELECT count(*) AS n FROM games_game") == [{"n": 0}]


def test_a_database_of_a_newer_release_is_refused(
    sqlite: SqliteFile, new_postgres: NewPostgres, copy: Copy
) -> None:
    sqlite.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('games', '9999_later', '2030-01-01')"
    )
    with pytest.raises(CommandError) as refused:
        copy(sqlite.url, new_postgres().url)
    assert str(refused.value) == "FROM belongs to a newer release: games.9999_later is not known here."


def test_every_table_is_copied(new_postgres: Callable[..., PostgresDatabase]) -> None:
    with psycopg.connect(new_postgres().url) as connection:
        rows = connection.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        ).fetchall()
    tables = {row[0] for row in rows} - {"django_migrations"}
    assert tables == {model._meta.db_table for model in in_order_of_need()}


def test_a_table_comes_after_those_it_refers_to() -> None:
    order = [model._meta.label for model in in_order_of_need()]
    wanted = ["games.Game", "games.Stage", "players.Player", "messaging.PlayerMessage"]
    assert [label for label in order if label in wanted] == wanted
    models = apps.get_models(include_auto_created=True)
    assert len(order) == len([model for model in models if not model._meta.proxy])
