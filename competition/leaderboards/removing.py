"""An owner's entries are taken off a board: by a script, by an operator, or with the owner (§3.4.3).

Ranks are right at once. The running totals stay unless they are to go as well, and bring the entry back with
the next post; their records may be those of other boards too.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from competition.events.total_records import stored_period
from competition.leaderboards import entries, records
from competition.leaderboards.types import BoardType, board_type
from competition.models import BoardEntry, BoardInstance, Team, TotalRecord
from competition.owners import Owner, hold
from games.audit import record
from games.models import User


class NotPossible(Exception):
    """The board is not kept in real time, or has several entries of an owner where one was meant."""


def delete_entries(
    instance: BoardInstance,
    owner: Owner,
    with_totals: bool = False,
    custom: Mapping[str, Any] | None = None,
    actor: User | None = None,
) -> bool:
    """All of an owner's, or those whose fields are as in `custom`. Whether there were any.

    Raises NotPossible for a board that is not kept in real time.
    """
    type_ = _real_time(instance)
    with transaction.atomic():
        hold(owner)
        found = entries.of_owner(owner).filter(instance=instance)
        wanted = [row for row in found.order_by("pk") if _is_like(row, custom or {})]
        if with_totals:
            for row in wanted:
                _totals_of(type_, instance, owner, row).delete()
        removed = entries.remove(BoardEntry.objects.filter(pk__in=[row.pk for row in wanted]))
        if removed:
            whose = owner.player_id or owner.team_pk
            record(actor, "leaderboard.entries_deleted", instance.code, instance.stage.game, owner=whose)
    return removed > 0


def delete_entry(
    instance: BoardInstance, owner: Owner, with_totals: bool = False, actor: User | None = None
) -> bool:
    """The owner's one entry. Raises NotPossible where a board has several of an owner (§3.4.4)."""
    if _real_time(instance).id_fields:
        raise NotPossible(f"{instance.board} has entries by custom ids.")
    return delete_entries(instance, owner, with_totals, actor=actor)


def _real_time(instance: BoardInstance) -> BoardType:
    type_ = board_type(instance.stage_id, instance.board)
    if type_ is None or not (type_.is_real_time or instance.scope):
        raise NotPossible(f"{instance.board} is not kept in real time.")
    return type_


def _is_like(entry: BoardEntry, custom: Mapping[str, Any]) -> bool:
    return all(entry.values.get(name) == value for name, value in custom.items())


def _totals_of(
    type_: BoardType, instance: BoardInstance, owner: Owner, entry: BoardEntry
) -> "QuerySet[TotalRecord]":
    """The records that the entry was made from."""
    group = {field.attribute: entry.values.get(field.name) for field in type_.keyed_fields}
    period = stored_period(type_.reset, instance.period)
    found = [
        pk
        for total in type_.totals
        for pk, _, _ in records.rows_of_owner(owner, total, instance.scope, period, group)
    ]
    return TotalRecord.objects.filter(pk__in=found)


# --- With the owner ----------------------------------------------------------------------------------------


def team_ends(sender: type[Model], instance: Team, origin: Any, **kwargs: Any) -> None:
    """Before a team is deleted (Django's `pre_delete`). Where the whole stage goes, so do its boards, and
    nothing is counted any more; before players are deleted, it was done for their teams already."""
    if getattr(origin, "model", type(origin)) is Team:
        hold(Owner(team_pk=instance.pk))
        entries.remove(entries.of_owner(Owner(team_pk=instance.pk)))
