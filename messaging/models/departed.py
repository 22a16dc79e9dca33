"""Players who were deleted a moment ago."""

from django.db import models

from games.id_field import IdField
from protocol.dates import now_ms


class DepartedPlayer(models.Model):
    """A copy may have been on its way to this player, and the database stops none: see PlayerMessage."""

    player_id = IdField(primary_key=True)
    at_ms = models.BigIntegerField(default=now_ms, db_index=True)

    def __str__(self) -> str:
        return self.player_id
