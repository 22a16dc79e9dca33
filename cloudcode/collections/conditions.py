"""What a filter says, as data. `filters.py` reads it, `compiling.py` makes SQL of it."""

from dataclasses import dataclass
from typing import Any, Literal

from cloudcode.collections.paths import Parts

Comparison = Literal["$gt", "$gte", "$lt", "$lte"]


@dataclass(frozen=True, slots=True)
class Every:
    """True where all parts are; so without parts."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Either:
    """True where a part is; so never without parts."""

    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Without:
    """True where the part is not: also where a field that it speaks of is missing."""

    part: "Condition"


# --- Of one value -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Among:
    """One of these, null not among them: a missing field is something else to it."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Null:
    """The value null itself."""


@dataclass(frozen=True, slots=True)
class Compared:
    """`than`: a number, a text, a boolean, a date or an id. Others than of its type are not compared."""

    operator: Comparison
    than: Any


@dataclass(frozen=True, slots=True)
class Matching:
    """A text with a match of the regular expression. `flags`: of i, m, s and x."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Of one of the types, by MongoDB's names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Divided:
    """A number whose whole part leaves that remainder."""

    divisor: int
    remainder: int


Test = Among | Null | Compared | Matching | Typed | Divided

# --- Of a field ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """The field's value passes the test, or an element of its array does."""

    parts: Parts
    test: Test


@dataclass(frozen=True, slots=True)
class Present:
    """The field is there, be it null."""

    parts: Parts


@dataclass(frozen=True, slots=True)
class Absent:
    """Somewhere on the way there is nothing where the path goes on."""

    parts: Parts


@dataclass(frozen=True, slots=True)
class Sized:
    """An array of so many elements."""

    parts: Parts
    size: int


@dataclass(frozen=True, slots=True)
class Element:
    """An array with an element that meets it all: `of_objects` by its fields, else by itself.

    `parts` None: the value in question is the array.
    """

    parts: Parts | None
    condition: "Condition"
    of_objects: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A point on Earth at most so many metres away."""

    parts: Parts
    longitude: float
    latitude: float
    most: float
    least: float = 0.0


Condition = Every | Either | Without | Test | Field | Present | Absent | Sized | Element | Near
