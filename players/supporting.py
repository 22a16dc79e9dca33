"""What operators do for one player beside what the player could do: a new password, deletion.

Logging out and banning are in players.sessions, segments in players.segments.
"""

import secrets

from django.db import transaction

from games.audit import record
from games.models import User
from players.accounts import change_details, unlock
from players.models import Player
from players.passwords import encode
from players.sessions import terminate_after_commit

PASSWORD_BYTES = 9  # twelve characters


def reset_password(player: Player, actor: User | None) -> str:
    """A password made at random, which is told this once; the player is logged out everywhere.

    For a player with a user name: without one, nobody could log in by it. Slow, like every hashing.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    encoded = encode(password)
    with transaction.atomic():
        change_details(player.pk, encoded=encoded)
        unlock(player.pk)
        terminate_after_commit(player.pk)
        record(actor, "player.password_reset", player.pk, player.stage.game, stage=player.stage.name)
    return password


def delete_player(player: Player, actor: User | None) -> None:
    """With everything that is theirs. What they take part in is told, as when they leave it."""
    player_id, stage = player.pk, player.stage
    with transaction.atomic():
        record(actor, "player.deleted", player_id, stage.game, stage=stage.name)
        player.delete()
        terminate_after_commit(player_id)
