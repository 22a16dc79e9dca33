"""What whoever shows a board, or decides by it, reads: entries in their order, and their ranks."""

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from competition.leaderboards import counts, places
from competition.leaderboards.entries import of_owner
from competition.models import BoardEntry, BoardInstance
from competition.owners import Owner


def count(instance: BoardInstance) -> int:
    """The number of entries."""
    return counts.count(instance.pk)


def top(instance: BoardInstance, number: int, offset: int = 0) -> list[BoardEntry]:
    """From the best on, after skipping `offset` entries."""
    return list(_entries(instance).order_by("place")[offset : offset + number])


def bottom(instance: BoardInstance, number: int) -> list[BoardEntry]:
    """The last ones, the best of them first."""
    return list(_entries(instance).order_by("-place")[:number])[::-1]


def around(entry: BoardEntry, each_side: int) -> list[BoardEntry]:
    """The entry between those before and those after it."""
    found = BoardEntry.objects.filter(instance=entry.instance_id).select_related("player", "team")
    before = list(found.filter(place__lt=entry.place).order_by("-place")[:each_side])[::-1]
    after = list(found.filter(place__gt=entry.place).order_by("place")[:each_side])
    return [*before, entry, *after]


def entry_of(instance: BoardInstance, owner: Owner) -> BoardEntry | None:
    """The owner's entry; the best one, where a board has several of an owner (§3.1.4)."""
    return next(iter(entries_of(instance, owner)), None)


def entries_of(instance: BoardInstance, owner: Owner) -> list[BoardEntry]:
    """All of the owner's, the best first."""
    rows = of_owner(owner).filter(instance=instance).select_related("player", "team")
    return list(rows.order_by("place"))


def entries_of_players(instance: BoardInstance, player_ids: Collection[str]) -> list[BoardEntry]:
    """All of these players', the best first."""
    return list(_entries(instance).filter(player__in=player_ids).order_by("place"))


def rank_of(entry: BoardEntry) -> int:
    """From 1."""
    return counts.ahead(entry.instance_id, [entry.place])[0] + 1


def ranks_of(instance: BoardInstance, found: Sequence[BoardEntry]) -> list[int]:
    """Of entries of one list, in the order given."""
    return [ahead + 1 for ahead in counts.ahead(instance.pk, [entry.place for entry in found])]


def leaders(instance: BoardInstance) -> list[BoardEntry]:
    """The first entry, and those whose sorted fields equal its own (§5.8.1)."""
    first = top(instance, 1)
    if not first:
        return []
    end = places.after_equals(places.key_of(first[0].place))
    return list(_entries(instance).filter(place__lt=end).order_by("place"))


def _entries(instance: BoardInstance) -> "QuerySet[BoardEntry]":
    return BoardEntry.objects.filter(instance=instance).select_related("player", "team")
