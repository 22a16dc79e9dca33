"""Django's migrate, behind a lock."""

from typing import Any

from django.core.management.commands import migrate

from portal.migration_lock import migration_lock


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        with migration_lock(options["database"], self._say_waiting):
            return super().handle(*args, **options)

    def _say_waiting(self) -> None:
        self.stdout.write("Another process migrates this database; waiting until it is done.")
