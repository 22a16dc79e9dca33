"""$nearSphere and $near beside distances that are reckoned in another way; mongomock has none."""

import json
import math
import random
from typing import Any

import pytest

from cloudcode.collections import finding
from cloudcode.collections.changing import Target, insert
from cloudcode.collections.finding import Asked
from cloudcode.collections.near import EARTH
from cloudcode.collections.places import InCollection, Place
from cloudcode.collections.storing import opened
from games.models import Stage
from tests.cloudcode.collections.cases import Document

pytestmark = pytest.mark.django_db

FILTERS = 50
NO_POINTS: tuple[Any, ...] = (
    *(None, 5, "x", [], [1], ["1", 2], {"$date": 0}, {"type": "Point"}, {"x": 1, "y": 2}, [None, 3]),
    *({"type": "Polygon", "coordinates": [2, 48]}, {"type": "Point", "coordinates": "2, 48"}),
)


class Globe:
    """Documents whose `at`, and whose `home.at`, is a point in one of the two forms, something else, or
    missing."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.documents: list[Document] = []
        for number in range(40):
            fields: Document = {"_id": number}
            if number % 5:
                fields["at"] = self.place()
            if number % 7:
                homes = [{"at": self.place()} for _ in range(self.chance.choice([0, 1, 3]))]
                fields["home"] = self.chance.choice([{"at": self.place()}, homes, {}])
            self.documents.append(fields)

    def point(self) -> list[float]:
        """Half of them in one region, others also at the poles and where the longitudes meet."""
        if self.chance.random() < 0.5:
            return [self.chance.uniform(0, 5), self.chance.uniform(45, 50)]
        return [self.chance.choice([-180, 180, self.chance.uniform(-180, 180)]), self.chance.uniform(-90, 90)]

    def place(self) -> Any:
        if self.chance.random() < 0.25:
            return self.chance.choice(NO_POINTS)
        point = self.point()
        return self.chance.choice([point, {"type": "Point", "coordinates": point}])


def metres(one: list[float], other: list[float]) -> float:
    """The angle between the two directions from the middle of the Earth."""
    (a, b, c), (d, e, f) = map(_direction, (one, other))
    across = math.hypot(b * f - c * e, c * d - a * f, a * e - b * d)
    return EARTH * math.atan2(across, a * d + b * e + c * f)


def _direction(point: list[float]) -> tuple[float, float, float]:
    east, north = map(math.radians, point)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def points_at(value: Any, parts: list[str]) -> list[list[float]]:
    if parts:
        holders = value if isinstance(value, list) else [value]
        objects = [each for each in holders if isinstance(each, dict) and parts[0] in each]
        return [point for each in objects for point in points_at(each[parts[0]], parts[1:])]
    if isinstance(value, dict) and value.get("type") == "Point":
        value = value.get("coordinates")
    is_point = isinstance(value, list) and len(value) == 2 and {type(each) for each in value} <= {int, float}
    return [value] if is_point else []


@pytest.fixture
def globe() -> Globe:
    return Globe(7)


@pytest.fixture
def place(stage: Stage, globe: Globe) -> Place:
    insert(Target(stage.pk, "script.c"), globe.documents)
    inside = opened(stage.pk, "script.c")
    assert inside is not None
    return InCollection(inside)


@pytest.mark.parametrize("path", ["at", "home.at"])
@pytest.mark.parametrize("operator", ["$nearSphere", "$near"])
def test_points_are_those_within_the_distance_the_nearest_first(
    operator: str, path: str, globe: Globe, place: Place
) -> None:
    telling = 0
    for _ in range(FILTERS):
        middle = globe.point()
        least, most = sorted(globe.chance.choice([0, 100e3, 400e3, 2000e3, 9000e3, 2e7]) for _ in range(2))
        wanted: Document = {"$geometry": {"type": "Point", "coordinates": middle}}
        given: Document = {operator: wanted | {"$minDistance": least, "$maxDistance": most}}
        if operator == "$nearSphere" and globe.chance.random() < 0.5:  # in radians
            given = {operator: middle, "$minDistance": least / EARTH, "$maxDistance": most / EARTH}
        expected: dict[int, float] = {}
        for document in globe.documents:
            away = [metres(middle, point) for point in points_at(document, path.split("."))]
            if near := [each for each in away if least <= each <= most]:
                expected[document["_id"]] = min(near)
        query = finding.read(Asked({path: given}))
        found = [json.loads(bytes(each))["_id"] for each in finding.find(place, query).documents]
        assert found == sorted(expected, key=lambda id_: expected[id_]), given
        telling += 0 < len(found) < len(globe.documents)
    assert telling >= FILTERS / 2
