"""What the configuration says of a leaderboard: the compiled section `leaderboards` (§3.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from competition.events.filters import Filter
from games.config_store import configs

KEYS = ("id", "partition")  # groups that tell entries and lists apart by a grouped attribute (§3.1.4)
NUMERIC = ("sum", "range")  # groups that only numbers have
ORDERED = ("min", "max", *NUMERIC)  # groups of values that have an order


@dataclass(frozen=True, slots=True)
class BoardField:
    """A field of a board's entries.

    `name` is its wire name there; `total` the running total and `source` the name by which its records hold
    the value: a collector's or a grouped attribute's. `sort` is `desc`, `asc` or `none`. `group` is `none`,
    a calculation over the owner's records (`min`, `max`, `sum`, `count`, `range`), or for a grouped attribute
    `id` or `partition` (§3.1.4).
    """

    name: str
    total: str
    source: str
    attribute: str
    sort: str = "none"
    group: str = "none"
    filter: Filter | None = None


@dataclass(frozen=True)
class BoardType:
    """`top_n` 0: none. `update` and `reset` as in the game document."""

    code: str
    name: str = ""
    description: str = ""
    team_type: str | None = None
    update: str = "realtime"
    reset: str = "never"
    tells_high_scores: bool = False
    tells_social: bool = False
    tells_top_n: bool = False
    top_n: int = 0
    fields: tuple[BoardField, ...] = ()
    property_set: str | None = None

    @property
    def is_real_time(self) -> bool:
        return self.update == "realtime"

    @cached_property
    def totals(self) -> tuple[str, ...]:
        """The running totals that it reads, each once."""
        return tuple(dict.fromkeys(field.total for field in self.fields))

    @cached_property
    def sorted_fields(self) -> tuple[BoardField, ...]:
        return tuple(field for field in self.fields if field.sort != "none")

    @cached_property
    def partition_fields(self) -> tuple[BoardField, ...]:
        return tuple(field for field in self.fields if field.group == "partition")

    @cached_property
    def id_fields(self) -> tuple[BoardField, ...]:
        return tuple(field for field in self.fields if field.group == "id")

    @cached_property
    def keyed_fields(self) -> tuple[BoardField, ...]:
        """Those by whose values an owner has several entries, here or on several partitions."""
        return self.partition_fields + self.id_fields

    @property
    def is_partitioned(self) -> bool:
        return bool(self.partition_fields)


def boards(stage_id: int) -> Mapping[str, BoardType]:
    """By short code, as configured."""
    section: Mapping[str, BoardType] = configs.current(stage_id).sections["leaderboards"]
    return section


def board_type(stage_id: int, code: str) -> BoardType | None:
    return boards(stage_id).get(code)


def boards_fed_by(stage_id: int, total: str) -> Iterator[BoardType]:
    return (board for board in boards(stage_id).values() if total in board.totals)
