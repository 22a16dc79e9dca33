from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A developer or operator. Players are players.Player and never sign in here.

    `temporary_password`: somebody else made the password; the admin shows nothing before it is changed.
    How the developers' pages are shown: `theme` and `density`; `time_zone` (IANA), beside UTC in tooltips;
    `single_keys`: whether keys without Ctrl do something; `hidden_columns` by table (portal.web.columns).
    Which mails about their games they get: `mail_` and a kind of games.models.Alert.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", "Comfortable"
        COMPACT = "compact", "Compact"

    temporary_password = models.BooleanField(default=False, db_default=False, editable=False)
    theme = models.CharField(
        max_length=6, choices=Theme.choices, default=Theme.SYSTEM, db_default=Theme.SYSTEM, editable=False
    )
    density = models.CharField(
        max_length=11,
        choices=Density.choices,
        default=Density.COMFORTABLE,
        db_default=Density.COMFORTABLE,
        editable=False,
    )
    time_zone = models.CharField(max_length=64, default="UTC", db_default="UTC", editable=False)
    single_keys = models.BooleanField(default=True, db_default=True, editable=False)
    hidden_columns = models.JSONField(default=dict, db_default={}, editable=False)
    mail_expiry = models.BooleanField(default=True, db_default=True, editable=False)
    mail_breaker = models.BooleanField(default=True, db_default=True, editable=False)
    mail_broadcast = models.BooleanField(default=False, db_default=False, editable=False)

    def set_password(self, raw_password: Any) -> None:
        super().set_password(raw_password)
        self.temporary_password = False
