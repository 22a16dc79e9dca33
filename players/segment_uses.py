"""Where segments, their values and segment queries are used: the packages that use them say so."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from games.models import Game
from games.uses import Use
from players.models import SegmentQuery


@dataclass(frozen=True, slots=True)
class Part:
    """A segment query, a segment, or where `value` is given, a segment's value; by their short codes."""

    query: str = ""
    segment: str = ""
    value: str = ""

    def is_asked_by(self, tree: Any) -> bool:
        """Whether a query's tree asks for the segment, or for the value."""
        return bool(self.segment) and any(
            leaf.get("segment") == self.segment and self.value in ("", leaf.get("is"))
            for leaf in leaves_of(tree)
        )


Found = Iterable[tuple[Part, Use]]
Finder = Callable[[Game, Sequence[Part]], Found]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """`finder(game, parts)` gives what uses each, in as many statements for many parts as for one."""
    _finders.append(finder)


def all_uses(game: Game, parts: Sequence[Part]) -> dict[Part, list[Use]]:
    found: dict[Part, list[Use]] = {part: [] for part in parts}
    for finder in (_queries, *_finders):
        for part, use in finder(game, parts):
            found[part].append(use)
    return found


def uses_of(game: Game, part: Part) -> list[Use]:
    return all_uses(game, [part])[part]


def needs_of(game: Game, parts: Sequence[Part]) -> list[Use]:
    """Those by which these may not be deleted."""
    return [use for uses in all_uses(game, parts).values() for use in uses if use.needed]


def leaves_of(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The conditions of a query that compiles."""
    for name, inner in tree.items():
        if name in ("all", "any"):
            for each in inner:
                yield from leaves_of(each)
            return
        if name == "not":
            yield from leaves_of(inner)
            return
    yield tree


def _queries(game: Game, parts: Sequence[Part]) -> Found:
    for row in SegmentQuery.objects.filter(game=game).order_by("short_code"):
        for part in parts:
            if part.is_asked_by(row.query):
                yield part, Use("query", row.short_code, needed=True)
