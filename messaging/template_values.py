"""What a template's path finds in a message, and how a value reads as text."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

Path = tuple[str | int, ...]

LONGEST_VALUE = 10_000  # characters that one value may put into a text; every cap of a text is lower
_WHOLE = 1e15  # floats below it that hold a whole number are written as one

_encode = msgspec.json.Encoder().encode


class Missing:
    """No value: a path that leads nowhere (`name` is the path as written), or one whose value is null (None).

    False in a condition, equal to none, in no order with anything, empty in a text.
    """

    __slots__ = ("name",)

    def __init__(self, name: str | None = None) -> None:
        self.name = name

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Missing)

    def __hash__(self) -> int:
        return hash(None)

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def _unordered(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _unordered


NOTHING = Missing()


def resolve(context: Mapping[str, Any], path: Path) -> Any:
    """The value at the path, by items only (`data.items` is the key "items", never a method), or NOTHING."""
    value: Any = context
    for key in path:
        # The first line is what nearly every look-up is, without the cost of asking what a Mapping is.
        value = value.get(key, NOTHING) if type(value) is dict and type(key) is str else _item(value, key)
        if value is NOTHING:
            return NOTHING
    return value


def _item(value: Any, key: str | int) -> Any:
    if isinstance(value, Mapping):
        found = value.get(key, NOTHING)
        return value.get(str(key), NOTHING) if found is NOTHING and isinstance(key, int) else found
    if isinstance(value, list | tuple) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    return NOTHING


def as_text(value: Any) -> str:
    """As a player should read it: nothing for None, `true`, `10` for 10.0, JSON for objects and lists.

    Raises TypeError or ValueError for what is no JSON value.
    """
    if isinstance(value, str):
        return value[:LONGEST_VALUE]
    if value is None or isinstance(value, Missing):
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return _encode(value).decode()[:LONGEST_VALUE]


def path_name(path: Path) -> str:
    """The path as it is written in a template: `challenge.accepted[0].name`."""
    name = str(path[0])
    for key in path[1:]:
        name += f"[{key}]" if isinstance(key, int) else f".{key}"
    return name
