"""What each message class carries: for help beside an editor, previews, and warnings about misspelt names.

From messages.json and types.json; a path that is not here is only ever warned about, never refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from messaging.language import PathUse
from protocol.catalogue import reference

OPEN_TYPES = frozenset({"JSON", "DBObject", "ScriptData"})  # anything may stand in them
SCALARS: Mapping[str, Any] = MappingProxyType(
    {"string": "text", "number": 7, "boolean": True, "date": "2026-03-01T18:30Z", "Float": 0.5}
)
# Entries hold the event's own attributes, and uploads more than was written down.
OPEN_OBJECTS = frozenset({"LeaderboardData", "UploadData"})

# What every message carries, and some carry beyond messages.json (message-triggers.md, wire-samples.json).
COMMON = {"gameId": "number", "playerId": "string", "player": "Recipient"}
EXTRA = {
    "NewHighScoreMessage": {"achievementsEarned": "string[]"},
    "NewTeamScoreMessage": {"achievementsEarned": "string[]"},
}
RECIPIENT = {
    "id": "string",
    "userName": "string",
    "displayName": "string",
    "online": "boolean",
    "segments": "JSON",
    "scriptData": "JSON",
}
ADDED_LATER = frozenset(
    {"notification", "summary", "title", "subTitle"}
)  # made from the templates themselves

SAMPLES: Mapping[str, Any] = MappingProxyType(
    {
        "message": "See you at eight?",
        "who": "Ada",
        "name": "Ada",
        "displayName": "Ada",
        "userName": "ada",
        "winnerName": "Ada",
        "achievementName": "First win",
        "achievementShortCode": "FIRST_WIN",
        "leaderboardName": "High scores",
        "leaderboardShortCode": "HS",
        "challengeName": "Duel of dice",
        "shortCode": "DUEL",
        "state": "RUNNING",
        "teamId": "dragons",
        "teamType": "CLAN",
        "matchShortCode": "RANKED",
        "country": "GB",
        "city": "York",
        "fileName": "level.bin",
        "id": "5f2a9c1d4b7e8f0011223344",
        "gameId": 1,
        "rank": 1,
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """One name a template can use. `type` as in messages.json. `fields` are those within, None when open."""

    name: str
    type: str
    fields: Mapping[str, "Field"] | None

    @property
    def many(self) -> bool:
        return self.type.endswith("[]")


@dataclass(frozen=True, slots=True)
class NameWarning:
    """`name` is not a field of the message. `suggestion` is the nearest that is, or empty."""

    name: str
    line: int
    column: int
    suggestion: str = ""

    def __str__(self) -> str:
        hint = f"; did you mean `{self.suggestion}`?" if self.suggestion else ""
        return f"line {self.line}, column {self.column}: `{self.name}` is not a field of this message{hint}"


@cache
def message_classes() -> tuple[str, ...]:
    """The standard classes, without the dot."""
    return tuple(sorted(_messages()))


def group_of(message_class: str) -> str:
    """Multiplayer, Player, Leaderboards, Teams or Misc."""
    return str(_messages()[message_class]["group"])


@cache
def fields_of(message_class: str) -> Mapping[str, Field]:
    """The fields a template of this class can name, by name. Raises KeyError for an unknown class."""
    own = dict(_messages()[message_class]["fields"])
    types = {**own, **EXTRA.get(message_class, {}), **COMMON}
    return MappingProxyType(
        {name: _field(name, type_) for name, type_ in sorted(types.items()) if name not in ADDED_LATER}
    )


@cache
def sample_fields(message_class: str) -> Mapping[str, Any]:
    """The class's own fields with sample values, as a preview's message."""
    ours = {*COMMON, "messageId", "scriptData"}
    return MappingProxyType(
        {name: _sample(field) for name, field in fields_of(message_class).items() if name not in ours}
    )


def name_warnings(message_class: str, uses: Iterable[PathUse]) -> list[NameWarning]:
    """One for each path that leads past the class's fields."""
    return [warning for use in uses if (warning := _warning(message_class, use)) is not None]


def _warning(message_class: str, use: PathUse) -> NameWarning | None:
    known: Mapping[str, Field] | None = fields_of(message_class)
    seen = ""
    for key in use.path:
        if known is None:
            return None
        if isinstance(key, int) or (seen and key.isdigit()):
            continue
        field = known.get(key)
        name = f"{seen}.{key}" if seen else key
        if field is None:
            near = get_close_matches(key, known, 1, 0.6)
            suggestion = (f"{seen}.{near[0]}" if seen else near[0]) if near else ""
            return NameWarning(name, use.line, use.column, suggestion)
        seen, known = name, field.fields
    return None


def _field(name: str, type_: str) -> Field:
    inner = type_.removesuffix("[]")
    if inner in OPEN_TYPES or inner in OPEN_OBJECTS:
        return Field(name, type_, None)
    if inner in SCALARS:
        return Field(name, type_, MappingProxyType({}))
    members = RECIPIENT if inner == "Recipient" else _types()[inner]
    return Field(name, type_, MappingProxyType({key: _field(key, each) for key, each in members.items()}))


def _sample(field: Field) -> Any:
    inner = field.type.removesuffix("[]")
    value: Any
    if field.name in SAMPLES and inner in SCALARS:
        value = SAMPLES[field.name]
    elif inner in SCALARS:
        value = SCALARS[inner]
    elif inner in OPEN_OBJECTS:
        value = {name: _sample(_field(name, type_)) for name, type_ in _types()[inner].items()}
    else:
        value = {name: _sample(each) for name, each in (field.fields or {}).items()}
    return [value] if field.many else value


@cache
def _messages() -> dict[str, Any]:
    documents: dict[str, Any] = reference("messages")
    return documents


@cache
def _types() -> dict[str, dict[str, str]]:
    documents = reference("types")
    return {name: {key: each["type"] for key, each in fields.items()} for name, fields in documents.items()}


def declared_names(message_class: str) -> Iterator[str]:
    """Every path of the class as it can be typed, nested ones included: `challenge.challenger.name`."""
    yield from _paths(fields_of(message_class), "")


def _paths(fields: Mapping[str, Field], before: str) -> Iterator[str]:
    for name, field in fields.items():
        path = f"{before}{name}[0]" if field.many else f"{before}{name}"
        yield path
        yield from _paths(field.fields or {}, f"{path}.")
