"""Checks a file of players to import: every fault, each with its line."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from games.models import Stage
from games.sections import Faults
from games.shapes import Check, Default, anything, array, mapping, nullable, shape, text
from players.models import DeviceIdentity, Player
from protocol.dates import parse_date

CHUNK = 500
Lines = Callable[[], Iterable[str]]
T = TypeVar("T")


def numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines count from 1; empty ones are left out."""
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def documents(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Of checked lines. Null is as good as absent."""
    for _, line in numbered(lines):
        yield {name: value for name, value in json.loads(line).items() if value is not None}


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _date(value: Any, faults: Faults) -> Any:
    try:
        return parse_date(value)
    except (TypeError, ValueError):
        faults.add("expected a date such as 2026-11-22T17:05Z")


_ID = text(24, 24, r"[0-9a-f]{24}", "24 lower-case hex characters")
_OBJECT = mapping(anything)
_FIELDS: dict[str, Check] = {
    "userName": text(255, 1),
    "password": text(1024, 1),
    "displayName": text(255),
    "scriptData": _OBJECT,
    "segments": mapping(text(50, 1)),
    "externalIds": mapping(text(255, 1)),
    "location": _OBJECT,
    "language": text(35),
    "created": _date,
    "lastSeen": _date,
    "deviceIds": array(text(255, 1)),
    "friends": array(_ID),
}
_PLAYER = shape({"id": _ID, **{name: Default(None, nullable(check)) for name, check in _FIELDS.items()}})


def _decode(line: str, where: Faults) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        where.add("not JSON")


class Checker:
    """Finds every fault of a file, with its line."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.faults: list[str] = []
        self.ids: dict[str, int] = {}
        self.names: dict[str, int] = {}
        self.devices: dict[str, int] = {}
        self.friends: dict[str, int] = {}

    def check(self, lines: Iterable[str]) -> list[str]:
        for number, line in numbered(lines):
            where = Faults(f"line {number}", self.faults)
            before = len(self.faults)
            item = _decode(line, where)
            if len(self.faults) == before:
                item = _PLAYER(item, where)
            if len(self.faults) == before:
                self._remember(item, number, where)
        self._check_stored()
        return self.faults

    def _remember(self, item: dict[str, Any], number: int, where: Faults) -> None:
        self._once(self.ids, item["id"], number, where.at("id"))
        if item["userName"] is not None:
            self._once(self.names, item["userName"], number, where.at("userName"))
        for index, device in enumerate(item["deviceIds"] or ()):
            self._once(self.devices, device, number, where.at("deviceIds").at(index))
        for friend in item["friends"] or ():
            self.friends.setdefault(friend, number)
            if friend == item["id"]:
                where.at("friends").add("nobody is their own friend")

    def _once(self, seen: dict[str, int], value: str, number: int, where: Faults) -> None:
        if seen.setdefault(value, number) != number:
            where.add(f'"{value}" is in line {seen[value]} already')

    def _check_stored(self) -> None:
        """Against the players there are, 500 values a statement."""
        here = Player.objects.filter(stage=self.stage)
        for chunk in chunks(self.ids):
            for id_ in (
                Player.objects.filter(pk__in=chunk).exclude(stage=self.stage).values_list("pk", flat=True)
            ):
                self._at(self.ids[id_], "id", f'"{id_}" is a player of another stage')
        for chunk in chunks(self.names):
            for name, id_ in here.filter(user_name__in=chunk).values_list("user_name", "pk"):
                if self.ids.get(id_) != self.names[str(name)]:
                    self._at(self.names[str(name)], "userName", f'"{name}" is taken by {id_}')
        for chunk in chunks(self.devices):
            known = DeviceIdentity.objects.filter(stage=self.stage, device_id__in=chunk)
            for device, id_ in known.values_list("device_id", "player_id"):
                if self.ids.get(id_) != self.devices[device]:
                    self._at(self.devices[device], "deviceIds", f'"{device}" is the device of {id_}')
        unknown = [id_ for id_ in self.friends if id_ not in self.ids]
        for chunk in chunks(unknown):
            for id_ in set(chunk) - set(here.filter(pk__in=chunk).values_list("pk", flat=True)):
                self._at(self.friends[id_], "friends", f'unknown player "{id_}"')

    def _at(self, number: int, field: str, message: str) -> None:
        Faults(f"line {number}", self.faults).at(field).add(message)
