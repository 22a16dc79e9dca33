"""Awarding achievements, to players and to teams, and taking them away (§4.4 to §4.7).

Every function runs in its caller's transaction and locks what the players own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from competition.achievements import holding
from competition.achievements.messages import tell
from competition.achievements.types import AchievementType, achievements
from competition.goods import balances, inventory, wallets
from competition.goods.booking import Source, bookings
from competition.models import Team, TeamMember
from competition.owners import Owner, hold
from protocol.run import Run

Origin = Mapping[str, Any]  # of the messages


@dataclass(frozen=True, slots=True)
class Award:
    type: AchievementType
    owner: Owner


@dataclass(frozen=True, slots=True)
class Outcome:
    """`player_ids` got what the achievement brings. `gained`: they did, or their team has it now."""

    gained: bool
    player_ids: tuple[str, ...]


def award(stage_id: int, player_id: str, code: str, run: Run, origin: Origin) -> bool:
    """False if the player has it, unless it is repeatable, or the game has none of that code (§4.6)."""
    return _award(stage_id, Owner(player_id=player_id), code, run, origin)


def award_team(team: Team, code: str, run: Run, origin: Origin) -> bool:
    """Also to each member without it. True if the team or any member gained it (§4.7)."""
    hold(Owner(team_pk=team.pk))
    return _award(team.stage_id, Owner(team_pk=team.pk), code, run, origin)


def take_away(player_id: str, code: str) -> bool:
    """What it brought stays. False if the player does not have it."""
    wallets.lock([player_id])
    return holding.forget([player_id], code)


def take_away_from_team(team: Team, code: str) -> bool:
    """Also from each member. True if the team or any member had it."""
    hold(Owner(team_pk=team.pk))
    members = _members([team.pk])[team.pk]
    wallets.lock(members)
    had = holding.forget_team(team.pk, code)
    return holding.forget(members, code) or had


def give(stage_id: int, awards: Sequence[Award], run: Run, origin: Origin) -> list[Outcome]:
    """What came of each, in their order. All who are concerned are locked by one call."""
    if not awards:  # as of nearly every post
        return []
    members = _members([each.owner.team_pk for each in awards if each.owner.team_pk is not None])
    recipients = [_recipients(each.owner, members) for each in awards]
    wallets.lock(player_id for ids in recipients for player_id in ids)
    return [_give(stage_id, each, ids, run, origin) for each, ids in zip(awards, recipients, strict=True)]


def _award(stage_id: int, owner: Owner, code: str, run: Run, origin: Origin) -> bool:
    type_ = achievements(stage_id).get(code)
    return type_ is not None and give(stage_id, [Award(type_, owner)], run, origin)[0].gained


def _give(stage_id: int, award: Award, player_ids: Sequence[str], run: Run, origin: Origin) -> Outcome:
    type_, team_pk = award.type, award.owner.team_pk
    team_gained = team_pk is not None and holding.note_team(team_pk, type_.code)
    gaining = holding.note(player_ids, type_.code, type_.repeatable)
    if gaining:
        with_good = _grant(type_, gaining)
        tell(stage_id, type_, gaining, with_good, run, origin)
    return Outcome(team_gained or bool(gaining), tuple(gaining))


def _grant(type_: AchievementType, player_ids: Sequence[str]) -> set[str]:
    """Who got the good: not who already has as many of it as there may be."""
    if not type_.currencies and type_.good is None:
        return set()
    codes = [] if type_.good is None else [type_.good.code]
    granted = set()
    with bookings(player_ids, Source(f"Achievement {type_.code}"), codes) as accounts:
        for player_id, account in accounts.items():
            balances.add(account, type_.currencies)
            if type_.good is not None and inventory.add(account, type_.good, 1):
                granted.add(player_id)
    return granted


def _recipients(owner: Owner, members: Mapping[int, list[str]]) -> list[str]:
    if owner.team_pk is not None:
        return members[owner.team_pk]
    return [] if owner.player_id is None else [owner.player_id]


def _members(team_pks: Iterable[int]) -> dict[int, list[str]]:
    """In the order in which they joined. No statement for no team."""
    members: dict[int, list[str]] = {team_pk: [] for team_pk in team_pks}
    if members:
        for row in TeamMember.objects.filter(team__in=members).order_by("id"):
            members[row.team_id].append(row.player_id)
    return members
