"""A database that is named by its URL instead of the settings, for commands that need two."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from portal import environment


class NotUsable(Exception):
    """The database cannot be worked with as it is. `args[0]` is a sentence without its password."""


@contextmanager
def opened(name: str, url: str) -> Iterator[BaseDatabaseWrapper]:
    """The database under the alias `name`, which sentences about it begin with, migrated to this release.

    One connection without a pool, closed at the end. Raises NotUsable.
    """
    try:
        config = environment.database(url)
    except ImproperlyConfigured as wrong:
        raise NotUsable(str(wrong).replace("DATABASE_URL", name)) from None
    config["OPTIONS"].pop("pool", None)
    if config["ENGINE"].endswith("sqlite3") and not Path(config["NAME"]).is_file():
        raise NotUsable(f"{name}: there is no file {Path(config['NAME'])}.")
    connections.databases[name] = connections.configure_settings({DEFAULT_DB_ALIAS: config})[DEFAULT_DB_ALIAS]
    try:
        _require_migrated(name)
        yield connections[name]
    finally:
        connections[name].close()
        del connections[name], connections.databases[name]


def _require_migrated(name: str) -> None:
    try:
        executor = MigrationExecutor(connections[name])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise NotUsable(f"{name} cannot be reached: {str(error).strip().splitlines()[0]}") from None
    if plan:
        raise NotUsable(f"{name} lacks {len(plan)} migrations: run `manage.py migrate` on it first.")
    known = set(executor.loader.disk_migrations)
    if unknown := sorted(set(executor.loader.applied_migrations) - known):
        raise NotUsable(f"{name} belongs to a newer release: {'.'.join(unknown[0])} is not known here.")
