"""A player's entries on several lists at once (competition-rules.md §3.6.7)."""

from collections.abc import Collection, Mapping
from typing import Any

from competition.leaderboards import addressing, counts
from competition.leaderboards.addressing import Addressed
from competition.leaderboards.circles import (
    Asked,
    Entrants,
    Players,
    Teams,
    circle_of,
    friends_asked_for,
)
from competition.leaderboards.tops import first_entries
from competition.leaderboards.views import Ranked
from competition.models import BoardEntry, TeamMember
from protocol.errors import RequestError

MOST_SHOWN = 1000  # entries of one list


def lists(
    stage_id: int, player_id: str, codes: Collection[str], challenge_ids: Collection[str]
) -> dict[str, Addressed]:
    """By the names they were asked for by, leaderboards first.

    Raises RequestError with each of `leaderboards: INVALID`, `challenges: INVALID` or `NO_LEADERBOARD`.
    """
    faults: dict[str, Any] = {}
    found = addressing.find(stage_id, codes)
    if not found.keys() >= set(codes):
        faults["leaderboards"] = "INVALID"
    try:
        found |= addressing.of_challenges(stage_id, player_id, challenge_ids)
    except RequestError as error:
        faults["challenges"] = error.fields["challengeInstanceId"]
    if faults:
        raise RequestError(faults)
    return found


def own_entries(player_id: str, at: Mapping[str, Addressed]) -> dict[str, list[Ranked]]:
    """The player's, and on team boards those of the player's teams, the best first; a constant number of
    statements."""
    ids = [each.instance.pk for each in at.values() if each.instance is not None]
    rows = BoardEntry.objects.filter(instance__in=ids).select_related("player", "team")
    entries = list(rows.filter(player=player_id))
    if any(each.board.team_type is not None for each in at.values()):
        joined = TeamMember.objects.filter(player=player_id).values_list("team", flat=True)
        entries += rows.filter(team__in=list(joined))
    entries.sort(key=lambda entry: entry.place)
    ahead = counts.ahead_in([(entry.instance_id, entry.place) for entry in entries])
    ranked = [Ranked(before + 1, entry) for before, entry in zip(ahead, entries, strict=True)]
    return {
        name: [each for each in ranked if list_.instance and each.entry.instance_id == list_.instance.pk]
        for name, list_ in at.items()
    }


def seen_entries(
    stage_id: int, player_id: str, at: Mapping[str, Addressed], asked: Asked
) -> dict[str, list[Ranked]]:
    """Those of others as well, as each list is seen with these restrictions; a constant number of
    statements."""
    friends = friends_asked_for(player_id, asked)
    team_types = {each.board.team_type for each in at.values() if each.board.team_type is not None}
    found: dict[int, list[Ranked]] = {}
    for of_teams in (False, True) if team_types else (False,):
        list_ids = {
            each.instance.pk
            for each in at.values()
            if each.instance is not None and (each.board.team_type is not None) == of_teams
        }
        if list_ids:
            those: Entrants = Teams(player_id, sorted(team_types)) if of_teams else Players(player_id)
            circle = circle_of(stage_id, player_id, those, asked, friends)
            found |= first_entries(sorted(list_ids), circle, MOST_SHOWN)
    return {name: found.get(each.instance.pk, []) if each.instance else [] for name, each in at.items()}
