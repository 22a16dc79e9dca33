"""Players who are banned or deleted leave what they take part in, so that nobody waits for them.

All of it is locked first, in the one order in which everything here is: challenges, players, teams, lists and
entries, pools of matches; what players own comes last.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from competition import owners, teams
from competition.challenges import departing as challenges
from competition.goods import wallets
from competition.leaderboards import entries
from competition.matches import departing as matches
from competition.models import BoardEntry
from protocol.run import Run
from realtime import outside


def depart(player_ids: Collection[str], deleted: bool) -> None:
    """Before it happens, in its transaction (players.departures). Others are told once that commits."""
    run = Run()
    open_challenges = challenges.lock_open(player_ids)
    owners.hold_players(player_ids)
    if deleted:
        _take_off_boards(player_ids)
    matches.depart(run, player_ids)
    if deleted:
        wallets.lock_known({*player_ids, *challenges.players_of(open_challenges)})
        challenges.depart(run, open_challenges, player_ids)
        teams.end_owned(player_ids)
    challenges.look_soon(open_challenges)
    transaction.on_commit(lambda: outside.begin(run.flush), robust=True)


def _take_off_boards(player_ids: Collection[str]) -> None:
    """With the teams that they own, which end with them."""
    team_pks = owners.hold_owned_teams(player_ids)
    entries.remove(BoardEntry.objects.filter(Q(player__in=player_ids) | Q(team__in=team_pks)))
