import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from games.id_field import IdField

FILL_EXPIRY = """
UPDATE messaging_message SET expires_ms = coalesce(
    (SELECT max(c.expires_ms) FROM messaging_playermessage c WHERE c.message_id = messaging_message.id),
    created_ms
)
"""


def move_audiences(apps: Any, schema_editor: Any) -> None:
    """Messages that are being expanded go on as broadcasts."""
    message_model = apps.get_model("messaging", "Message")
    broadcast_model = apps.get_model("messaging", "Broadcast")
    for message in message_model.objects.filter(state="expanding").iterator(100):
        audience = json.loads(message.audience)
        player_ids = sorted(audience.get("playerIds", ()))
        broadcast_model.objects.create(
            message=message,
            stage_id=message.stage_id,
            audience="query" if "query" in audience else "players",
            query=audience.get("query", ""),
            player_ids=json.dumps(player_ids) if player_ids else "",
            total=len(player_ids) if player_ids else None,
            expanded=message.recipients,
            cursor=message.cursor,
            delivered=message.cursor,
            created_ms=message.created_ms,
        )


class Migration(migrations.Migration):
    dependencies = [("games", "0001_initial"), ("messaging", "0001_initial")]

    operations = [
        migrations.AddField("message", "expires_ms", models.BigIntegerField(default=0), preserve_default=False),
        migrations.CreateModel(
            name="Broadcast",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="broadcast",
                        serialize=False,
                        to="messaging.message",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="games.stage",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("expanding", "expanding"),
                            ("paused", "paused"),
                            ("canary", "canary"),
                            ("aborted", "aborted"),
                            ("expanded", "expanded"),
                        ],
                        default="expanding",
                        max_length=9,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("players", "players by id"),
                            ("query", "a segment query"),
                            ("all", "all players"),
                        ],
                        max_length=7,
                    ),
                ),
                ("query", models.CharField(blank=True, default="", max_length=64)),
                ("player_ids", models.TextField(blank=True, default="")),
                ("per_player", models.TextField(blank=True, default="")),
                ("last_id", IdField(blank=True, default="", max_length=24)),
                (
                    "total",
                    models.PositiveIntegerField(
                        help_text="Players it is for; unknown until counted.", null=True
                    ),
                ),
                (
                    "expanded",
                    models.PositiveIntegerField(default=0, help_text="Players whose copy is stored."),
                ),
                (
                    "failed",
                    models.PositiveIntegerField(default=0, help_text="Players whose copy could not be made."),
                ),
                (
                    "rate",
                    models.PositiveIntegerField(
                        help_text="Recipients a second; empty: as fast as it goes.", null=True
                    ),
                ),
                (
                    "canary",
                    models.PositiveIntegerField(
                        default=0, help_text="Recipients after whom it waits; 0: none."
                    ),
                ),
                (
                    "go_on_seconds",
                    models.PositiveIntegerField(
                        help_text="After so long the canary is judged; empty: it waits for an operator.",
                        null=True,
                    ),
                ),
                (
                    "failed_share",
                    models.FloatField(default=0.0, help_text="Up to this share of failures it goes on."),
                ),
                (
                    "canary_failed",
                    models.PositiveIntegerField(
                        help_text="Of the canary's recipients: no copy, or its push failed. Known once judged.",
                        null=True,
                    ),
                ),
                ("cursor", IdField(blank=True, default="", max_length=24)),
                ("delivered", IdField(blank=True, default="", max_length=24)),
                ("paced_until_ms", models.BigIntegerField(default=0)),
                ("judge_ms", models.BigIntegerField(null=True)),
                ("due_ms", models.BigIntegerField(default=0, null=True)),
                ("claim", IdField(blank=True, default="", max_length=24)),
                ("node", models.CharField(blank=True, default="", max_length=64)),
                ("created_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_ms__isnull", False)), fields=["due_ms"], name="broadcast_due"
                    ),
                    models.Index(fields=["stage", "message"], name="broadcast_by_stage"),
                ],
            },
        ),
        migrations.RunSQL(FILL_EXPIRY, migrations.RunSQL.noop),
        migrations.RunPython(move_audiences, migrations.RunPython.noop),
        migrations.RemoveIndex("message", "message_expanding"),
        migrations.RemoveField("message", "audience"),
        migrations.RemoveField("message", "state"),
        migrations.RemoveField("message", "cursor"),
        migrations.RemoveField("message", "claim"),
        migrations.RemoveField("message", "claimed_until_ms"),
    ]
