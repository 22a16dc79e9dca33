"""What a trigger may look at: the fields of its leaderboard, and ranks in it (§4.2)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from competition.events.total_types import Collector, TotalType, suffix
from competition.leaderboards.changes import EntryChange, Standing
from competition.leaderboards.types import BoardField, BoardType

Read = Callable[[EntryChange], Any]


@dataclass(frozen=True, slots=True)
class Datum:
    """`read` gives its value after a post, None where there is none: then no trigger of it holds."""

    name: str
    read: Read

    @property
    def is_rank(self) -> bool:
        return self.name in RANKS


def datum_of(name: str, board: BoardType, totals: Mapping[str, TotalType]) -> Datum | None:
    """By a rank's name, or a field's selector (§2.6); None for what the board has not."""
    if name in RANKS:
        return Datum(name, RANKS[name])
    for field in board.fields:
        if name in _selectors(field, totals[field.total]):
            return Datum(name, _value_of(field))
    return None


def _selectors(field: BoardField, total: TotalType) -> Iterator[str]:
    """`SCORE.S`; `RT.MAX-S`, `RT.MAX-S-all` or `RT.MAX-S-gt-10`."""
    collector = next((each for each in total.collectors if each.name == field.source), None)
    yield f"{total.code}.{field.source}"
    if collector is None or collector.filter is None:
        yield f"{total.code}.{field.source}-all"
    else:
        yield f"{total.code}.{_plain_name(collector)}{suffix(collector.filter)}"


def _plain_name(collector: Collector) -> str:
    return f"{collector.calculation.upper()}-{collector.attribute}"


def _value_of(field: BoardField) -> Read:
    return lambda change: change.new.values.get(field.name)


def _ranks() -> Iterator[tuple[str, Read]]:
    """New, old and gained, of each kind of rank. `globalRank` is the new one."""
    kinds: tuple[tuple[str, Callable[[EntryChange], Standing | None]], ...] = (
        ("global", lambda change: change.standing),
        ("social", lambda change: change.social),
    )
    for kind, standing in kinds:
        for what, new, old in (
            ("Rank", _now, _before),
            ("PercentRank", _now_percent, _before_percent),
        ):
            name = f"{kind}{what}"
            yield name, _after(standing, new)
            yield f"old{name[0].upper()}{name[1:]}", _after(standing, old)
            yield f"{name}Change", _after(standing, _gained(new, old))


Place = Callable[[Standing], int | None]


def _now(standing: Standing) -> int | None:
    return standing.now


def _before(standing: Standing) -> int | None:
    return standing.before


def _now_percent(standing: Standing) -> int | None:
    return standing.now_percent


def _before_percent(standing: Standing) -> int | None:
    return standing.before_percent


def _gained(new: Place, old: Place) -> Place:
    """Places gained: going up is positive (§4.2)."""

    def gained(standing: Standing) -> int | None:
        before, now = old(standing), new(standing)
        return None if before is None or now is None else before - now

    return gained


def _after(standing: Callable[[EntryChange], Standing | None], place: Place) -> Read:
    def read(change: EntryChange) -> int | None:
        found = standing(change)
        return None if found is None else place(found)

    return read


RANKS: Mapping[str, Read] = dict(_ranks())
