"""A player of one stage, and what they can log in with."""

import json
from typing import Any

from django.db import models, transaction

from games.id_field import IdField
from games.models import Stage
from players.departures import departing
from protocol.dates import now_ms
from protocol.ids import new_id


class Utf8Encoder(json.JSONEncoder):
    """Keeps text as it is: SQLite compares a JSON path with a stored key's own bytes, escapes and all."""

    def __init__(self, **options: Any) -> None:
        options["ensure_ascii"] = False
        super().__init__(**options)


class Players(models.QuerySet["Player"]):
    """Whoever deletes players, one or many, tells first what waits for them. Where their stage goes, nothing
    waits any more."""

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            departing(list(self.order_by("pk").values_list("pk", flat=True)), deleted=True)
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django's: not from templates,
    delete.queryset_only = True  # type: ignore[attr-defined]  # nor from the manager


class Player(models.Model):
    """Times are milliseconds since the epoch; `last_seen_ms` is 0 before the first log-in.

    `segments` maps a segment's short code to a value's. `external_ids` maps a network's system id (`FB`) to
    the player's id there. `password` is Django's encoded hash, empty for players without one.
    """

    id = IdField(primary_key=True, default=new_id)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="players", db_index=False)
    user_name = models.CharField(max_length=255, null=True, blank=True)
    password = models.CharField(max_length=255, blank=True, default="")
    display_name = models.CharField(max_length=255, blank=True, default="")
    script_data = models.JSONField(default=dict, blank=True, encoder=Utf8Encoder)
    segments = models.JSONField(default=dict, blank=True, encoder=Utf8Encoder)
    external_ids = models.JSONField(default=dict, blank=True, encoder=Utf8Encoder)
    location = models.JSONField(default=dict, blank=True, encoder=Utf8Encoder)
    language = models.CharField(max_length=35, blank=True, default="")
    created_ms = models.BigIntegerField(default=now_ms)
    last_seen_ms = models.BigIntegerField(default=0)
    banned = models.BooleanField(default=False)
    failed_logins = models.IntegerField(default=0)
    failed_since_ms = models.BigIntegerField(default=0)
    locked_until_ms = models.BigIntegerField(default=0)

    objects = Players.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "user_name"], name="player_user_name"),
        ]
        indexes = [
            models.Index(fields=["stage", "display_name"], name="player_display_name"),
            models.Index(fields=["stage", "id"], name="player_audience"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.user_name or self.id

    def delete(self, *arguments: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            departing([self.pk], deleted=True)
            return super().delete(*arguments, **options)


class DeviceIdentity(models.Model):
    """A device that logs its player in by its id alone (DeviceAuthenticationRequest)."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", db_index=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="device_identities")
    device_id = models.CharField(max_length=255)
    device_os = models.CharField(max_length=64, blank=True, default="")
    device_name = models.CharField(max_length=255, blank=True, default="")
    device_model = models.CharField(max_length=255, blank=True, default="")
    device_type = models.CharField(max_length=255, blank=True, default="")
    operating_system = models.CharField(max_length=255, blank=True, default="")
    created_ms = models.BigIntegerField(default=now_ms)

    class Meta:
        verbose_name_plural = "device identities"
        constraints = [
            models.UniqueConstraint(fields=["stage", "device_id"], name="device_identity_of_stage"),
        ]

    def __str__(self) -> str:
        return self.device_id


class AuthToken(models.Model):
    """One token of a player; only its SHA-256 is kept.

    `predecessor` is the hash of the token it was given in exchange for, empty after a log-in. `used_ms` is
    when it was made or last presented, `presented` whether it ever was. `superseded` once a successor was
    presented: it then has 15 minutes left (wire-protocol.md §10, "fate of the old token").
    """

    hash = IdField(primary_key=True, max_length=64)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="auth_tokens")
    predecessor = IdField(max_length=64, blank=True, default="")
    created_ms = models.BigIntegerField(default=now_ms)
    used_ms = models.BigIntegerField(default=now_ms)
    expires_ms = models.BigIntegerField(db_index=True)
    presented = models.BooleanField(default=False)
    superseded = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.hash[:8]}…"
