"""Distances on a sphere, by the haversine formula, in SQL."""

from cloudcode.collections import on_postgresql, on_sqlite
from cloudcode.collections.conditions import Near
from cloudcode.collections.near import EARTH
from cloudcode.collections.paths import Hop
from realtime.sql import SQLITE, Sql


def metres(holder: str, hop: Hop, near: Near) -> Sql:
    """From the point to a field that is a GeoJSON point or `[longitude, latitude]`; else NULL."""
    point = [near.longitude, near.latitude]
    if SQLITE:
        kind, it = on_sqlite.is_missing(holder, hop), on_sqlite.member(holder, hop)
        return f"CASE WHEN {kind} THEN NULL ELSE flint_metres({it}, %s, %s) END", point
    it = on_postgresql.member(holder, hop)
    place = f"CASE WHEN {it} ->> 'type' = 'Point' THEN {it} -> 'coordinates' ELSE {it} END"
    longitude, latitude = (
        f"CASE WHEN jsonb_typeof(({place}) -> {at}) = 'number' THEN (({place}) -> {at})::float8 END"
        for at in (0, 1)
    )
    north, east = f"sind((({latitude}) - %s::float8) / 2)", f"sind((({longitude}) - %s::float8) / 2)"
    half = f"{north} ^ 2 + cosd({latitude}) * cosd(%s::float8) * {east} ^ 2"
    return (
        f"2 * {EARTH} * asin(sqrt(least(1, {half})))",
        [near.latitude, near.latitude, near.longitude],
    )
