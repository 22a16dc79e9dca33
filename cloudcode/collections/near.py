"""$nearSphere and $near: points on Earth by their distance."""

import math
from collections.abc import Mapping
from typing import Any

from cloudcode.collections import values
from cloudcode.collections.conditions import Near
from cloudcode.collections.paths import Parts
from cloudcode.sandbox.running import Refused

EARTH = 6_378_100.0  # metres: the radius by which MongoDB counts
_OPERATORS = ("$nearSphere", "$near")
_OTHERS = {"$geometry", "$maxDistance", "$minDistance"}


def is_near(wanted: Mapping[str, Any]) -> bool:
    return any(name in wanted for name in _OPERATORS)


def read(parts: Parts, wanted: Mapping[str, Any]) -> Near:
    """A GeoJSON point with distances in metres, or `[longitude, latitude]` with distances in radians."""
    names = [name for name in _OPERATORS if name in wanted]
    others = set(wanted) - set(names) - _OTHERS
    if len(names) > 1 or others:
        raise Refused(f"{names[0]} cannot stand beside {min(others, default=names[-1])}")
    given = wanted[names[0]]
    if isinstance(given, dict) and "$geometry" in given:
        wanted, point, unit = given, _coordinates(given["$geometry"]), 1.0
    elif isinstance(given, list) and names[0] == "$nearSphere":
        point, unit = given, EARTH
    else:
        raise Refused(f"{names[0]} needs $geometry with a point")
    longitude, latitude = _position(point)
    most = _distance(wanted.get("$maxDistance"), math.pi * EARTH / unit) * unit
    return Near(parts, longitude, latitude, most, _distance(wanted.get("$minDistance"), 0.0) * unit)


def _coordinates(geometry: Any) -> Any:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        raise Refused("$geometry needs a Point")
    return geometry.get("coordinates")


def _position(point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) != 2 or not all(_is_number(each) for each in point):
        raise Refused("a position is [longitude, latitude]")
    longitude, latitude = (float(each) for each in point)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Refused("a longitude is between -180 and 180, a latitude between -90 and 90")
    return longitude, latitude


def _distance(given: Any, default: float) -> float:
    if given is None:
        return default
    if not _is_number(given) or given < 0:
        raise Refused("a distance is a number and not below 0")
    return float(values.number(given))


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)
