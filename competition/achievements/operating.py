"""What an operator may do to a player's achievements, with a line in the audit log."""

from django.core.exceptions import ValidationError
from django.db import transaction

from competition.achievements import awarding
from games.audit import record
from games.models import User
from players.models import Player
from protocol.run import Run
from realtime import outside

OPERATOR = "operator"


def award(player: Player, code: str, actor: User | None) -> None:
    """With what it brings, and the player is told. Raises ValidationError."""
    run = Run()
    with transaction.atomic():
        if not awarding.award(player.stage_id, player.pk, code, run, {OPERATOR: True}):
            raise ValidationError("The player has it already, and it is not repeatable.")
        record(actor, "achievement.awarded", player.pk, player.stage.game, achievement=code)
        transaction.on_commit(lambda: outside.begin(run.flush), robust=True)


def take_away(player: Player, code: str, actor: User | None) -> None:
    """What it brought stays. Raises ValidationError."""
    with transaction.atomic():
        if not awarding.take_away(player.pk, code):
            raise ValidationError("The player does not have it.")
        record(actor, "achievement.taken", player.pk, player.stage.game, achievement=code)
