"""The types that request fields have on the wire, as lenient as the clients need.

A list field may hold one value instead of a list; a whole number may come as `5.0`; a date is milliseconds
once read. Null counts as absent (protocol.schemas.convert).
"""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec

from protocol.dates import parse_date

# Clients read numbers as doubles, and a database column of 64 bits must hold them.
_LARGEST = 2**53

Number = Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)] | float
Json = dict[str, Any]


class Schema(msgspec.Struct, rename="camel"):
    """One request's own fields; unknown ones are ignored and stay in `Request.raw`."""


class Whole(int):
    """A number without a fraction, within ± 2^53."""

    @classmethod
    def read(cls, value: Any) -> "Whole":
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
            raise ValueError("not a whole number")
        return cls(value)


class Date(int):
    """Milliseconds since 1970, from `2026-11-22T17:05Z`."""

    @classmethod
    def read(cls, value: Any) -> "Date":
        if not isinstance(value, str):
            raise ValueError("not a date")
        return cls(parse_date(value))


class Strings(list[str]):
    """A list of strings; one string stands for a list of one."""

    @classmethod
    def read(cls, value: Any) -> "Strings":
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise ValueError("not strings")
        return cls(values)


class Objects(list[Json]):
    """A list of JSON objects; one object stands for a list of one."""

    @classmethod
    def read(cls, value: Any) -> "Objects":
        values = [value] if isinstance(value, dict) else value
        if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
            raise ValueError("not objects")
        return cls(values)


READERS: dict[type, Callable[[Any], Any]] = {each: each.read for each in (Whole, Date, Strings, Objects)}
