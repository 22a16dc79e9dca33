import django.db.models.deletion
from django.db import migrations, models

# Each says what the beginning of another index of its table says. Dropped by name: SQLite would copy the table.
REDUNDANT = (
    "players_blockedplayer_player_id_a1ae64e2",
    "players_deviceidentity_stage_id_1d758301",
    "players_friendinvite_sender_id_0eaa7b11",
    "players_friendship_player_id_ba405953",
    "players_player_stage_id_e4d54fa8",
)


class Migration(migrations.Migration):
    dependencies = [("players", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f'DROP INDEX IF EXISTS "{name}"', migrations.RunSQL.noop) for name in REDUNDANT
            ],
            state_operations=[
                migrations.AlterField(
                    "blockedplayer",
                    "player",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="players.player",
                    ),
                ),
                migrations.AlterField(
                    "deviceidentity",
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="games.stage",
                    ),
                ),
                migrations.AlterField(
                    "friendinvite",
                    "sender",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent_invites",
                        to="players.player",
                    ),
                ),
                migrations.AlterField(
                    "friendship",
                    "player",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="friendships",
                        to="players.player",
                    ),
                ),
                migrations.AlterField(
                    "player",
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="players",
                        to="games.stage",
                    ),
                ),
            ],
        )
    ]
