from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A developer or operator. Players are players.Player and never sign in here.

    `temporary_password`: somebody else made the password; the admin shows nothing before it is changed.
    """

    temporary_password = models.BooleanField(default=False, db_default=False, editable=False)

    def set_password(self, raw_password: Any) -> None:
        super().set_password(raw_password)
        self.temporary_password = False
