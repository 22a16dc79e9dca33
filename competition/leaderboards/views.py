"""A list of entries as somebody sees it: all of it, some owners' alone, or all but some owners' (§3.6.3).

Entries are ranked from 1 among those of the view. However many there are, a page, the last ones and those
around an entry take a constant number of statements, and no depth costs more than another.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q, QuerySet

from competition.leaderboards import counts, seeking
from competition.models import BoardEntry

# What documents show; a page of whole players would take twice as long.
READ = (
    *(field.attname for field in BoardEntry._meta.concrete_fields),
    "player__display_name",
    "player__external_ids",
    "team__team_id",
    "team__name",
)


class Ranked(NamedTuple):
    rank: int
    entry: BoardEntry


class View(ABC):
    """Of one list, by the row's key. Entries come with their player or team."""

    def __init__(self, instance_id: int) -> None:
        self._instance_id = instance_id

    def page(self, number: int, offset: int = 0) -> list[Ranked]:
        """From the best on, after skipping `offset` entries."""
        start = self._place_at(offset)
        return [] if start is None else _ranked(self._onward(start, number), offset + 1)

    def last(self, number: int) -> list[Ranked]:
        """The last ones, the best of them first."""
        found = self._backward(None, number)
        return _ranked(found, self.count() - len(found) + 1)

    def around(self, place: str, each_side: int) -> list[Ranked]:
        """The entry at a place of the view between those before and those after it."""
        found = [*self._backward(place, each_side), *self._onward(place, each_side + 1)]
        return _ranked(found, self._ahead(found[0].place) + 1) if found else []

    @property
    def _rows(self) -> "QuerySet[BoardEntry]":
        rows = BoardEntry.objects.filter(instance=self._instance_id)
        return rows.select_related("player", "team").only(*READ)

    def _onward(self, place: str, number: int) -> list[BoardEntry]:
        """From that place on, itself included."""
        return list(self._rows.filter(place__gte=place).order_by("place")[:number])

    def _backward(self, place: str | None, number: int) -> list[BoardEntry]:
        """Those just before a place; None: the last of all."""
        rows = self._rows if place is None else self._rows.filter(place__lt=place)
        return list(rows.order_by("-place")[:number])[::-1]

    @abstractmethod
    def _place_at(self, ahead: int) -> str | None:
        """The place before which exactly so many entries of the view stand."""

    @abstractmethod
    def _ahead(self, place: str) -> int:
        """How many entries of the view stand before a place."""

    @abstractmethod
    def count(self) -> int: ...


class Whole(View):
    """Every entry."""

    def _place_at(self, ahead: int) -> str | None:
        return seeking.place_at(self._instance_id, ahead)

    def _ahead(self, place: str) -> int:
        return counts.ahead(self._instance_id, [place])[0]

    def count(self) -> int:
        return counts.count(self._instance_id)


class Among(View):
    """The entries of some owners: few enough to know all their places."""

    def __init__(self, instance_id: int, owners: Q) -> None:
        super().__init__(instance_id)
        self._owners = owners

    @cached_property
    def _places(self) -> Sequence[str]:
        rows = BoardEntry.objects.filter(self._owners, instance=self._instance_id)
        return sorted(rows.values_list("place", flat=True))

    def _onward(self, place: str, number: int) -> list[BoardEntry]:
        start = bisect_left(self._places, place)
        return self._at(self._places[start : start + number])

    def _backward(self, place: str | None, number: int) -> list[BoardEntry]:
        end = len(self._places) if place is None else bisect_left(self._places, place)
        return self._at(self._places[max(0, end - number) : end])

    def _at(self, places: Collection[str]) -> list[BoardEntry]:
        return list(self._rows.filter(place__in=places).order_by("place"))

    def _place_at(self, ahead: int) -> str | None:
        return self._places[ahead] if ahead < len(self._places) else None

    def _ahead(self, place: str) -> int:
        return bisect_left(self._places, place)

    def count(self) -> int:
        return len(self._places)


class Without(View):
    """Every entry but those of some owners, few beside the others."""

    def __init__(self, instance_id: int, owners: Q) -> None:
        super().__init__(instance_id)
        rows = BoardEntry.objects.filter(owners, instance=instance_id)
        self._left_out = sorted(rows.values_list("place", flat=True))

    @property
    def _rows(self) -> "QuerySet[BoardEntry]":
        return super()._rows.exclude(place__in=self._left_out)

    def _place_at(self, ahead: int) -> str | None:
        return seeking.place_at(self._instance_id, ahead, self._left_out)

    def _ahead(self, place: str) -> int:
        return counts.ahead(self._instance_id, [place])[0] - bisect_left(self._left_out, place)

    def count(self) -> int:
        return counts.count(self._instance_id) - len(self._left_out)


def _ranked(found: Sequence[BoardEntry], first: int) -> list[Ranked]:
    return [Ranked(first + index, entry) for index, entry in enumerate(found)]
