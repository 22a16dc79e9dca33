import django.db.models.deletion
from django.db import migrations, models

# Each says what the beginning of another index of its table says. Dropped by name: SQLite would copy the table.
REDUNDANT = (
    "push_device_stage_id_93000acd",
    "push_outboxpush_stage_id_054059ab",
    "push_pushattempt_stage_id_2e6b09ab",
)


class Migration(migrations.Migration):
    dependencies = [("push", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f'DROP INDEX IF EXISTS "{name}"', migrations.RunSQL.noop) for name in REDUNDANT
            ],
            state_operations=[
                migrations.AlterField(
                    "device",
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to="games.stage",
                    ),
                ),
                migrations.AlterField(
                    "outboxpush",
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="games.stage",
                    ),
                ),
                migrations.AlterField(
                    "pushattempt",
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_attempts",
                        to="games.stage",
                    ),
                ),
            ],
        )
    ]
