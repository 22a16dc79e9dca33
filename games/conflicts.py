"""Two people at one object of the configuration: what each changed since both read it.

An object is a JSON object. It is compared and put together by fields: its keys, and the keys of what stands
under them where that is an object too (`title`, `json.ios`). None and a key that is missing are the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


class Conflict(Exception):
    """The object was saved meanwhile: `number` is the version that is current."""

    def __init__(self, number: int) -> None:
        super().__init__(f"version {number} is current")
        self.number = number


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same in all three."""

    path: str
    base: Any
    theirs: Any
    yours: Any

    @property
    def by_both(self) -> bool:
        """Somebody has to choose: each changed it, and not to the same."""
        return self.yours not in (self.base, self.theirs) and self.theirs != self.base

    @property
    def merged(self) -> Any:
        """What only one of them changed is that one's; else yours."""
        return self.theirs if self.yours == self.base else self.yours


def differences(base: Document, theirs: Document, yours: Document) -> list[Difference]:
    """In the order of the fields."""
    found = [fields_of(each) for each in (base, theirs, yours)]
    paths = dict.fromkeys(path for fields in found for path in fields)
    rows = [Difference(path, *(fields.get(path) for fields in found)) for path in paths]
    return [row for row in rows if not row.base == row.theirs == row.yours]


def put_together(yours: Document, values: Mapping[str, Any]) -> dict[str, Any]:
    """`yours` with other values for some fields, by their paths."""
    made = {key: dict(value) if isinstance(value, dict) else value for key, value in yours.items()}
    for path, value in values.items():
        key, _, inner = path.partition(".")
        if not inner:
            made[key] = value
        elif value is None:
            made[key].pop(inner, None)
        else:
            made[key][inner] = value
    return made


def fields_of(document: Document) -> dict[str, Any]:
    """By path."""
    fields: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            fields |= {f"{key}.{inner}": each for inner, each in value.items()}
        else:
            fields[key] = value
    return fields
