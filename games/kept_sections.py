"""Sections kept as one piece of JSON, validated to the letter. Those named here, nothing runs by yet."""

from collections.abc import Mapping
from typing import Any

from games import kept_shapes
from games.models import Game, StoredSection, User
from games.references import References
from games.sections import Faults, Section, register
from games.shapes import Check, Fields, looks_of


class KeptSection(Section):
    def __init__(self, name: str, check: Check, refers: References | None = None, empty: Any = ()) -> None:
        self.name = name
        self._check = check
        self._refers = refers
        self._empty = list(empty) if isinstance(empty, tuple) else empty

    @property
    def fields(self) -> Fields | None:
        """Of each item, where the section is a list of items with short codes."""
        item = looks_of(self._check).item
        fields = looks_of(item).fields if item else None
        return fields if fields and "shortCode" in fields else None

    def empty(self) -> Any:
        return self._check(self._empty, Faults())

    def export(self, game: Game) -> Any:
        return self.of(kept_data(game, self.name))

    def of(self, kept: Mapping[str, Any]) -> Any:
        """As `export`, of what `kept_data` found."""
        return kept[self.name] if self.name in kept else self.empty()

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        here = faults.at(self.name)
        self._check(data, here)
        if self._refers:
            self._refers(data, here, document)

    def apply(self, game: Game, data: Any, author: User | None) -> None:
        complete = self._check(data, Faults())
        StoredSection.objects.update_or_create(game=game, name=self.name, defaults={"data": complete})


def kept_data(game: Game, *names: str) -> dict[str, Any]:
    """What is stored of these sections, or of all, by their names: one statement for them all."""
    stored = StoredSection.objects.filter(game=game)
    return dict((stored.filter(name__in=names) if names else stored).values_list("name", "data"))


for section in (
    KeptSection("broadcastLimits", kept_shapes.broadcast_limits, empty={}),
    KeptSection("metaCollections", kept_shapes.meta_collections, empty={}),
    KeptSection("dataTypes", kept_shapes.data_types),
):
    register(section)
