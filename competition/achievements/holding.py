"""Who has which achievement: the rows. Who changes them holds the players' wallets, or the team."""

from collections.abc import Iterable, Sequence

from django.db.models import F, QuerySet

from competition.models import PlayerAchievement, TeamAchievement
from competition.owners import Owner


def codes_of(player_id: str) -> list[str]:
    """In the order in which they were earned."""
    rows = PlayerAchievement.objects.filter(player=player_id).order_by("id")
    return list(rows.values_list("code", flat=True))


def held(pairs: Iterable[tuple[Owner, str]]) -> set[tuple[Owner, str]]:
    """Those of the owners and codes that are so. A statement for the players, one for the teams."""
    wanted = set(pairs)
    codes = {code for _, code in wanted}
    players = {owner.player_id for owner, _ in wanted if owner.player_id is not None}
    teams = {owner.team_pk for owner, _ in wanted if owner.team_pk is not None}
    found: set[tuple[Owner, str]] = set()
    if players:
        own = PlayerAchievement.objects.filter(player__in=players, code__in=codes)
        found |= {(Owner(player_id=row.player_id), row.code) for row in own}
    if teams:
        theirs = TeamAchievement.objects.filter(team__in=teams, code__in=codes)
        found |= {(Owner(team_pk=row.team_id), row.code) for row in theirs}
    return found & wanted


def note(player_ids: Sequence[str], code: str, repeatable: bool) -> list[str]:
    """Who has it now and had not, or has it again."""
    rows = _rows(player_ids, code)
    had = set(rows.values_list("player_id", flat=True))
    new = [player_id for player_id in player_ids if player_id not in had]
    if repeatable and had:
        rows.update(times=F("times") + 1)
    PlayerAchievement.objects.bulk_create(PlayerAchievement(player_id=each, code=code) for each in new)
    return list(player_ids) if repeatable else new


def note_team(team_pk: int, code: str) -> bool:
    """Whether the team did not have it before."""
    return TeamAchievement.objects.get_or_create(team_id=team_pk, code=code)[1]


def forget(player_ids: Sequence[str], code: str) -> bool:
    """Whether anybody had it."""
    return bool(_rows(player_ids, code).delete()[0])


def forget_team(team_pk: int, code: str) -> bool:
    return bool(TeamAchievement.objects.filter(team=team_pk, code=code).delete()[0])


def _rows(player_ids: Sequence[str], code: str) -> "QuerySet[PlayerAchievement]":
    return PlayerAchievement.objects.filter(player__in=player_ids, code=code)
