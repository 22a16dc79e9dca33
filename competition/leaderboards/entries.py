"""Entries are written and removed here alone, each change with the moves that keep the counts right.

In the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from competition.leaderboards import counts
from competition.models import BoardBucket, BoardEntry, BoardInstance, BoardMove
from competition.owners import Owner

if TYPE_CHECKING:
    Entries = QuerySet[BoardEntry]

AT_ONCE = 2000


def owner_of(entry: BoardEntry) -> Owner:
    return Owner(entry.player_id, entry.team_id)


def of_owner(owner: Owner) -> "Entries":
    if owner.team_pk is not None:
        return BoardEntry.objects.filter(team=owner.team_pk)
    return BoardEntry.objects.filter(player=owner.player_id)


def whose(owner: Owner, custom_id: str) -> str:
    """Ends an entry's place: the player's id, or the team's key (§3.2.1)."""
    name = owner.player_id if owner.team_pk is None else f"{owner.team_pk:016x}"
    return f"{name} {custom_id}".rstrip()


def locate(entry: BoardEntry, location: Mapping[str, Any]) -> None:
    """Players' entries say where the player is (§3.1.6)."""
    entry.city, entry.country = (_text(location.get(each)) for each in ("city", "country"))


def _text(value: Any) -> str:
    return value[:255] if isinstance(value, str) else ""


def add(new: Sequence[BoardEntry]) -> None:
    if not new:
        return
    BoardEntry.objects.bulk_create(new)
    counts.moved((entry.instance_id, entry.place, 1) for entry in new)


def change(changed: Sequence[tuple[BoardEntry, str]]) -> None:
    """Entries whose rows the caller has locked, with the places that they had."""
    for entry, _ in changed:
        entry.save(update_fields=["place", "values", "when_ms", "city", "country"])
    counts.moved(
        move
        for entry, old in changed
        if entry.place != old
        for move in ((entry.instance_id, old, -1), (entry.instance_id, entry.place, 1))
    )


def remove(entries: "Entries") -> int:
    """How many there were."""
    removed = 0
    locked = entries.order_by("pk").select_for_update(no_key=True, of=("self",))
    while found := list(locked[:AT_ONCE]):
        BoardEntry.objects.filter(pk__in=[entry.pk for entry in found]).delete()
        counts.moved((entry.instance_id, entry.place, -1) for entry in found)
        removed += len(found)
    return removed


def clear(instance: BoardInstance) -> None:
    """Remove them all. Posts that are under way end first, others wait."""
    BoardInstance.objects.select_for_update().get(pk=instance.pk)
    for model in (BoardEntry, BoardBucket, BoardMove):
        model.objects.filter(instance=instance).delete()
