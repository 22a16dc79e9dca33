"""Django's engine for PostgreSQL, which wastes nobody's time on a database that is out of reach."""

import contextlib
import time
from typing import Any

from django.db.backends.postgresql import base, schema

PAUSE = 0.5  # seconds without another try after the database could not be reached


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Without Django's second index for `LIKE 'prefix%'` on every text that has one: nothing asks so."""

    def _create_like_index_sql(self, model: Any, field: Any) -> None:
        return None


class DatabaseWrapper(base.DatabaseWrapper):
    """`unreachable_until`, by the monotonic clock, is the whole process's: what one thread met, all know."""

    SchemaEditorClass = SchemaEditor
    unreachable_until = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One that is alive. Raises at once while the database was out of reach a moment ago."""
        if time.monotonic() < DatabaseWrapper.unreachable_until:
            raise self.Database.OperationalError("the database was out of reach a moment ago")
        try:
            new = super().get_new_connection(conn_params)
            while is_dead(new):
                self.pool.putconn(new)
                self.pool.drain()  # what lay there with it
                new = super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            self.out_of_reach()
            raise
        return new

    @staticmethod
    def out_of_reach() -> None:
        DatabaseWrapper.unreachable_until = time.monotonic() + PAUSE

    def drop_if_dead(self) -> None:
        """After a restart of the database every connection is: found before anything is sent over it."""
        if self.connection is not None and is_dead(self.connection):
            self.close()


def is_dead(connection: Any) -> bool:
    """A look at its socket; the server is not asked."""
    with contextlib.suppress(DatabaseWrapper.Database.Error):
        connection.pgconn.consume_input()  # what the server said last
        connection.pgconn.consume_input()  # and that it left
    return bool(connection.closed)
