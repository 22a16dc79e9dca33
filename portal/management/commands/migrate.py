"""Django's migrate, behind a lock."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from portal.migration_lock import migration_lock


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        with migration_lock(options["database"], self._say_waiting):
            try:
                return super().handle(*args, **options)
            finally:
                # Within the lock: the last connection to a SQLite file locks it while it closes, at which the
                # next process would find the database "locked" before it may wait.
                connections[options["database"]].close()

    def _say_waiting(self) -> None:
        self.stdout.write("Another process migrates this database; waiting until it is done.")
