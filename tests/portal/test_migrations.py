"""An upgrade runs the old release's processes beside the new ones: its migrations must let both go on."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

ROOT = Path(__file__).parents[2]
OURS = ("games", "realtime", "players", "push", "messaging", "competition", "cloudcode")
# A release after the one whose code still used it may remove it; each needs its line here: (app, migration).
CONTRACTING = {
    ("messaging", "0002_broadcasts"),  # no release had the columns that it moves
}
BREAKING = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def breaks_the_former_release(operation: Operation) -> bool:
    """Whether code that does not know of it would fail: a name that is gone, a column it cannot leave out."""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        return not (field.null or field.many_to_many or field.db_default is not NOT_PROVIDED)
    return isinstance(operation, BREAKING)


def later_migrations() -> list[tuple[str, str]]:
    names = MigrationLoader(None).disk_migrations
    return sorted(name for name in names if name[0] in OURS and not name[1].startswith("0001"))


@pytest.mark.parametrize("name", later_migrations(), ids=".".join)
def test_migration_lets_the_former_release_go_on(name: tuple[str, str]) -> None:
    operations = MigrationLoader(None).disk_migrations[name].operations
    breaking = [each.describe() for each in operations if breaks_the_former_release(each)]
    assert not breaking or name in CONTRACTING, breaking


def test_all_packages_with_tables_are_looked_at() -> None:
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    with_tables = [app.label for app in ours if list(app.get_models())]
    assert sorted(with_tables) == sorted(OURS)
