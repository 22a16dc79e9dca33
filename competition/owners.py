"""Whose a record, an entry or an achievement is: a player's, or a team's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """One of the two. `team_pk` is the row's key, not the wire's id."""

    player_id: str | None = None
    team_pk: int | None = None
