"""What SQLite lacks: regular expressions, and distances on Earth."""

import json
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from cloudcode.collections import effort
from cloudcode.collections.near import EARTH

if TYPE_CHECKING:
    import regex

MOST_SECONDS = 0.25  # of one match: a pattern may take for ever


def connect() -> None:
    connection_created.connect(_add_functions, dispatch_uid="cloudcode.collections.functions")


def _add_functions(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        raw: Any = connection.connection
        raw.create_function("flint_matches", 3, matches, deterministic=True)
        raw.create_function("flint_metres", 3, metres, deterministic=True)


def matches(pattern: str, flags: str, text: str) -> bool:
    """Whether it is found anywhere in the text. Raises TimeoutError.

    Many matches that take a while each are one step of SQLite's, in which it looks at no clock.
    """
    seconds = min(MOST_SECONDS, effort.left())
    if not seconds:
        raise TimeoutError
    return compiled(pattern, flags).search(text, timeout=seconds) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str) -> "regex.Pattern[str]":
    """Raises ValueError: what is wrong with the pattern."""
    import regex  # not before it is needed

    wanted = 0
    for flag in flags:
        wanted |= getattr(regex, flag.upper())
    try:
        return regex.compile(pattern, wanted)
    except regex.error as fault:
        raise ValueError(str(fault)) from None
    except RecursionError:
        raise ValueError("nested too deep") from None


def metres(value: Any, longitude: float, latitude: float) -> float | None:
    """From the point to a position, given as JSON; None if it is none."""
    try:
        place = json.loads(value) if isinstance(value, str) and value[:1] in "[{" else None
    except ValueError:
        return None
    if isinstance(place, dict):
        place = place.get("coordinates") if place.get("type") == "Point" else None
    if not isinstance(place, list) or len(place) < 2:
        return None
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in place[:2]):
        return None
    east, north = (math.radians(each) for each in place[:2])
    half = (
        math.sin((north - math.radians(latitude)) / 2) ** 2
        + math.cos(north)
        * math.cos(math.radians(latitude))
        * math.sin((east - math.radians(longitude)) / 2) ** 2
    )
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))
