"""Counts a post: the running totals of its event, for the player and the player's teams (§2)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from competition.events import total_records
from competition.events.calculating import advance
from competition.events.posts import Posting, TotalChange
from competition.events.resets import resets
from competition.events.total_records import Address, Held, group_key, stored_period
from competition.events.total_types import Collector, TotalType, total_types
from competition.models import Team
from competition.owners import Owner
from competition.periods import period_of
from players.models import Player
from protocol.errors import RequestError
from realtime.sql import HOLD

_HOLD_PLAYER = f"SELECT 1 FROM {Player._meta.db_table} WHERE id = %s {HOLD}"


@dataclass(frozen=True, slots=True)
class _Counting:
    """A record that a post counts in, by those of its total's collectors that take the post."""

    address: Address
    collectors: tuple[Collector, ...]
    group: Mapping[str, Any]
    reset: str
    period: str


def apply(posting: Posting) -> tuple[TotalChange, ...]:
    """In the caller's transaction. The player's row is held until its end, then those of the teams that gain
    by it, in the order of their keys: so posts of one player, and of one team, come one after another.

    Raises RequestError `playerId: INVALID` for a player who is gone.
    """
    _hold_player(posting)
    countings = list(_countings(posting))
    held = total_records.read([each.address for each in countings])
    changes = [_change(posting, each, held.get(each.address)) for each in countings]
    new = [
        (each.address, each.group, change.after)
        for each, change in zip(countings, changes, strict=True)
        if each.address not in held
    ]
    moved = [
        (held[each.address], change.after)
        for each, change in zip(countings, changes, strict=True)
        if each.address in held and change.after != change.before
    ]
    total_records.insert(posting.stage_id, new)
    total_records.update(moved)
    return tuple(changes)


def _countings(posting: Posting) -> Iterator[_Counting]:
    if posting.scope and posting.board is None:
        return
    taken = list(_taken(posting))
    teams = _hold_teams(posting, {total.team_type for total, _, _ in taken if total.team_type})
    for total, collectors, group in taken:
        key = group_key(group)
        owners = teams[total.team_type] if total.team_type else [Owner(player_id=posting.player_id)]
        for reset in ["never"] if posting.scope else resets(posting.stage_id, total.code):
            period = period_of(reset, posting.at_ms)
            for owner in owners:
                address = Address(total.code, owner, posting.scope, stored_period(reset, period), key)
                yield _Counting(address, collectors, group, reset, period)


def _taken(posting: Posting) -> Iterator[tuple[TotalType, tuple[Collector, ...], dict[str, Any]]]:
    """The totals of the event of which a collector takes the post (§2.2), with these and the post's group."""
    values = posting.values
    for total in total_types(posting.stage_id).of_event.get(posting.event_code, ()):
        collectors = tuple(each for each in total.collectors if _takes(each, posting))
        if collectors and all(code in values for code in total.group_by):
            yield total, collectors, {code: values[code] for code in total.group_by}


def _takes(collector: Collector, posting: Posting) -> bool:
    if collector.attribute not in posting.values:
        return False
    value = posting.values[collector.attribute]
    return collector.filter is None or collector.filter.accepts(value, posting.at_ms)


def _change(posting: Posting, counting: _Counting, held: Held | None) -> TotalChange:
    before = held.values if held else {}
    counted = {
        each.name: advance(each.calculation, before.get(each.name), posting.values[each.attribute])
        for each in counting.collectors
    }
    return TotalChange(
        total=counting.address.total,
        owner=counting.address.owner,
        group=counting.group,
        before=held.values if held else None,
        after={**before, **counted},
        posted=posting.values,
        reset=counting.reset,
        period=counting.period,
    )


def _hold_player(posting: Posting) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_PLAYER, [posting.player_id])
        if cursor.fetchone() is None:
            raise RequestError({"playerId": "INVALID"})


def _hold_teams(posting: Posting, team_types: Collection[str]) -> dict[str, list[Owner]]:
    """The player's teams by their types; all memberships count (§2.4)."""
    teams: dict[str, list[Owner]] = {each: [] for each in team_types}
    if team_types:
        mine = Team.objects.filter(stage_id=posting.stage_id, team_type__in=sorted(team_types))
        joined = mine.filter(members__player=posting.player_id).order_by("pk")
        held = joined.select_for_update(no_key=True, of=("self",))
        for pk, team_type in held.values_list("pk", "team_type"):
            teams[team_type].append(Owner(team_pk=pk))
    return teams
