"""Where a player can be knocked at."""

import json

from django.db import models

from games.id_field import IdField
from protocol.ids import new_id
from push.providers import DEVICE_TYPES, Provider


class Device(models.Model):
    """One registration: a token of one provider, belonging to the player who registered it last.

    `id` is the wire's registrationId. `push_hash` is the SHA-256 of what makes the token itself
    (push.providers.token_hash), so that tokens of any length can be unique.
    `disabled` says why the token is no longer pushed to ("" while it is): the provider's code. A new
    registration of the token enables it again. `updated_ms` is the last registration.
    """

    id = IdField(primary_key=True, default=new_id, editable=False)
    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="devices", db_index=False)
    player = models.ForeignKey("players.Player", on_delete=models.CASCADE, related_name="devices")
    device_os = models.CharField("device OS", max_length=8, choices=[(os, os) for os in DEVICE_TYPES])
    provider = models.CharField(max_length=5, choices=Provider.choices)
    push_id = models.TextField("push token")
    push_hash = IdField(max_length=64, editable=False)
    created_ms = models.BigIntegerField()
    updated_ms = models.BigIntegerField()
    disabled = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "provider", "push_hash"], name="device_stage_token")
        ]
        indexes = [
            models.Index(
                fields=["updated_ms"], condition=~models.Q(disabled=""), name="device_disabled_oldest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device_os} {self.masked_token}"

    @property
    def masked_token(self) -> str:
        """Enough of the token to recognise it by, for pages, records and logs.

        A subscription ends with a secret: its endpoint stands for it.
        """
        token = json.loads(self.push_id)["endpoint"] if self.provider == Provider.WEB else self.push_id
        return f"…{token[-6:]}" if len(token) > 12 else "…"


class DeviceDay(models.Model):
    """How many pushes left for a device on a UTC day ("2016-11-30"), where its account caps them.

    A row of its own: claims hold it, and must not wait for whoever registers the device or prunes it.
    """

    stage = models.ForeignKey("games.Stage", on_delete=models.CASCADE, related_name="+", db_index=False)
    device_id = IdField()
    day = models.CharField(max_length=10)
    pushes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device_id", "day"], name="device_day")]
        indexes = [models.Index(fields=["day"], name="device_day_oldest")]

    def __str__(self) -> str:
        return f"{self.device_id} on {self.day}"
