"""What boards have to know of deletions: Django deletes a team's entries itself, but counts nothing.

Of players who are deleted they hear otherwise (competition.departing): before Django has looked what goes.
"""

from django.db.models.signals import pre_delete

from competition.leaderboards.removing import team_ends
from competition.models import Team


def connect() -> None:
    pre_delete.connect(team_ends, sender=Team, dispatch_uid="boards.Team")
