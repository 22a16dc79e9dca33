"""Whose a record, an entry or an achievement is: a player's, or a team's."""

from collections.abc import Collection
from dataclasses import dataclass

from competition.models import Team
from players.models import Player


@dataclass(frozen=True, slots=True)
class Owner:
    """One of the two. `team_pk` is the row's key, not the wire's id."""

    player_id: str | None = None
    team_pk: int | None = None


def hold(owner: Owner) -> None:
    """Until the transaction ends nobody else counts for the owner, as posts do (competition.events.totals).

    Whoever holds several takes players by their ids, then teams by their keys.
    """
    if owner.team_pk is not None:
        Team.objects.select_for_update(no_key=True).filter(pk=owner.team_pk).first()
    else:
        Player.objects.select_for_update(no_key=True).filter(pk=owner.player_id).first()


def hold_players(player_ids: Collection[str]) -> None:
    """The same for several players."""
    rows = Player.objects.select_for_update(no_key=True).filter(pk__in=player_ids)
    list(rows.order_by("pk").values_list("pk"))


def hold_owned_teams(player_ids: Collection[str]) -> list[int]:
    """The teams that belong to these players, by their keys."""
    rows = Team.objects.select_for_update(no_key=True).filter(owner__in=player_ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))
