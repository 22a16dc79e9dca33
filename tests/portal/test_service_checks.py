"""`manage.py check --deploy` on services that may lose what they took."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from redis import Redis as Client

from bin.services import Postgres, Redis
from portal import environment, service_checks

on_postgresql = pytest.mark.postgresql


@pytest.fixture
def redis(tmp_path: Path, settings: Any) -> Iterator[Client]:
    server = Redis(tmp_path / "redis")
    server.start()
    settings.REDIS_URL = server.url()
    with Client.from_url(server.url()) as client:
        yield client
    server.kill()


def redis_findings() -> list[tuple[str | None, str]]:
    return [(message.id, message.msg) for message in service_checks.redis()]


def test_a_redis_that_may_evict_is_an_error(redis: Client) -> None:
    redis.config_set("maxmemory", "64mb")
    redis.config_set("maxmemory-policy", "allkeys-lru")
    said = "Redis may evict keys (maxmemory-policy allkeys-lru): players who are online would count as away."
    assert redis_findings() == [("flint.E010", said)]


def test_a_redis_that_refuses_instead_of_evicting_is_sound(redis: Client) -> None:
    redis.config_set("maxmemory", "64mb")
    assert redis_findings() == []


def test_a_redis_that_is_away_was_not_checked(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert redis_findings() == [("flint.W010", "REDIS_URL: Redis does not answer, so it was not checked.")]


def test_no_redis_is_no_finding(settings: Any) -> None:
    settings.REDIS_URL = ""
    assert redis_findings() == []


Asked = Callable[[str], list[str | None]]


@pytest.fixture
def ids(django_db_blocker: Any) -> Iterator[Asked]:
    """The ids of what is found in the PostgreSQL at a URL."""
    opened: list[BaseDatabaseWrapper] = []

    def ask(url: str) -> list[str | None]:
        config = connections["default"].settings_dict | environment.database(url)
        config["OPTIONS"].pop("pool")
        # Django looks at the version once for each name.
        opened.append(type(connections["default"])(config, f"checked {url}"))
        with django_db_blocker.unblock():
            return [message.id for message in service_checks.faults_of(opened[-1])]

    yield ask
    for each in opened:
        each.close()


@on_postgresql
def test_settings_of_postgresql_that_lose_commits_are_named(tmp_path: Path, ids: Asked) -> None:
    server = Postgres(tmp_path / "postgres")
    server.start()
    try:
        assert ids(server.url("postgres")) == []
        with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                admin.execute(f"ALTER SYSTEM SET {name} = off")
            admin.execute("SELECT pg_reload_conf()")
        seen = ids(server.url("postgres"))
    finally:
        server.kill()
    assert seen == ["flint.E012", "flint.E013", "flint.W012"]


@on_postgresql
def test_a_postgresql_that_is_away_was_not_checked(ids: Asked) -> None:
    assert ids("postgresql://flint@127.0.0.1:1/flint") == ["flint.W011"]


@on_postgresql
def test_an_old_postgresql_is_an_error(ids: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", durable=False)
    server.start()
    monkeypatch.setattr(type(connections["default"]).features_class, "minimum_database_version", (99,))
    try:
        assert ids(server.url("postgres")) == ["flint.E011"]
    finally:
        server.kill()
