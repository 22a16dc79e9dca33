"""The game document's `players`: a stage is seeded with them."""

from collections.abc import Mapping
from typing import Any

from games.models import Stage, User
from games.models.credentials import SHORT_CODE_PATTERN
from games.sections import CompileContext, Faults, Section
from games.shapes import Default, array, mapping, shape, text, unique
from players.query_reader import Segments
from players.seeds import seed_players

CODE = text(50, 1, SHORT_CODE_PATTERN, "letters, digits, _ and -")
PLAYERS = unique(
    array(
        shape(
            {
                "userName": text(255, 1),
                "password": text(1024, 1),
                "displayName": Default("", text(255)),
                "friends": Default([], array(text(255, 1))),
                "segments": Default({}, mapping(CODE)),
            }
        )
    ),
    "userName",
)


class PlayersSection(Section):
    """Players for demos and tests: imported into stages, never exported."""

    name = "players"
    needs = ("segments",)
    exported = False

    def validate(self, data: Any, faults: Faults, document: Mapping[str, Any]) -> None:
        here = faults.at(self.name)
        PLAYERS(data, here)
        items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
        names = {item["userName"] for item in items if isinstance(item.get("userName"), str)}
        known = segment_codes(document.get("segments"))
        for index, item in enumerate(data if isinstance(data, list) else []):
            if isinstance(item, dict):
                _check_friends(item, names, here.at(index).at("friends"))
                _check_segments(item.get("segments"), known, here.at(index).at("segments"))

    def seed(self, stage: Stage, data: Any, author: User | None) -> None:
        seed_players(stage, PLAYERS(data, Faults()))

    def compile(self, data: Any, context: CompileContext) -> Any:
        return None


def segment_codes(data: Any) -> Segments:
    """Of a `segments` section that need not be well-formed."""
    codes = {}
    for item in data if isinstance(data, list) else []:
        if isinstance(item, dict) and isinstance(item.get("shortCode"), str):
            values = item.get("values", [])
            codes[item["shortCode"]] = frozenset(
                str(value.get("shortCode"))
                for value in (values if isinstance(values, list) else [])
                if isinstance(value, dict)
            )
    return codes


def _check_friends(item: dict[str, Any], names: set[str], faults: Faults) -> None:
    friends = item.get("friends")
    for index, friend in enumerate(friends if isinstance(friends, list) else []):
        if isinstance(friend, str) and friend not in names:
            faults.at(index).add(f'unknown player "{friend}"')
        elif friend == item.get("userName"):
            faults.at(index).add("nobody is their own friend")


def _check_segments(wanted: Any, known: Segments, faults: Faults) -> None:
    for code, value in wanted.items() if isinstance(wanted, dict) else ():
        if code not in known:
            faults.add(f'unknown segment "{code}"')
        elif isinstance(value, str) and value not in known[code]:
            faults.key(code).add(f'segment "{code}" has no value "{value}"')
