"""What boards have to know of deletions: Django deletes an owner's entries itself, but counts nothing."""

from django.db.models.signals import pre_delete

from competition.leaderboards.removing import owner_goes
from competition.models import Team
from players.models import Player


def connect() -> None:
    for model in (Player, Team):
        pre_delete.connect(owner_goes, sender=model, dispatch_uid=f"boards.{model.__name__}")
