"""What differs between two game documents, for people: by section, each text line by line, with its risks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from games.changes import Change
from messaging.settings_shape import DEFAULTS
from portal.web.wording import seen

MOST_LINES = 4000  # of a text; longer ones take too long to compare
MOST_SHOWN = 400
NAMES = {
    "name": "Game's name",
    "description": "Game's description",
    "messages": "Messages",
    "messageExtensions": "Message extensions",
    "segments": "Segments",
    "segmentQueries": "Segment queries",
    "events": "Events",
    "runningTotals": "Running totals",
    "leaderboards": "Leaderboards",
    "achievements": "Achievements",
    "challenges": "Challenges",
    "teams": "Teams",
    "matches": "Matches",
    "scripts": "Scripts",
    "broadcastLimits": "Broadcast limits",
    "currencies": "Currencies",
    "virtualGoods": "Virtual goods",
    "properties": "Properties",
    "propertySets": "Property sets",
    "downloadables": "Downloadables",
    "metaCollections": "Collections of metadata",
    "dataTypes": "Data types",
}
SIGNS = {"added": "+", "changed": "~", "removed": "−"}


@dataclass(frozen=True, slots=True)
class Line:
    """`kind` is "added", "removed", "same", or "gap" where lines are left out."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    kind: str
    key: str
    lines: list[Line]
    too_long: bool

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]


@dataclass(frozen=True, slots=True)
class SectionChanges:
    name: str
    items: list[Item]

    @property
    def counted(self) -> str:
        """`2 added, 1 removed`."""
        kinds = [item.kind for item in self.items]
        return ", ".join(f"{kinds.count(kind)} {kind}" for kind in SIGNS if kind in kinds)


def sections_of(found: Iterable[Change]) -> list[SectionChanges]:
    grouped: dict[str, list[Item]] = {}
    for change in found:
        grouped.setdefault(change.section, []).append(_item(change))
    return [SectionChanges(NAMES.get(name, name), items) for name, items in grouped.items()]


def risks_of(found: Iterable[Change]) -> list[str]:
    """Sentences on what may surprise players: what is gone, and messages that wait less or are not sent."""
    return [sentence for change in found for sentence in _risks(change)]


def summary_of(found: Iterable[Change]) -> str:
    """`Messages: 1 changed; Events: 1 added`; "" where nothing differs."""
    return "; ".join(f"{section.name}: {section.counted}" for section in sections_of(found))


def _item(change: Change) -> Item:
    before, after = _text(change.before), _text(change.after)
    if len(before) + len(after) > MOST_LINES:
        return Item(change.kind, change.key, [], too_long=True)
    lines = list(_lines(before, after))
    return Item(change.kind, change.key, lines[:MOST_SHOWN], too_long=len(lines) > MOST_SHOWN)


def _lines(before: list[str], after: list[str]) -> Iterable[Line]:
    for line in list(unified_diff(before, after, n=2, lineterm=""))[2:]:
        if line.startswith("@@"):
            yield Line("gap", "…")
        else:
            yield Line({"+": "added", "-": "removed"}.get(line[0], "same"), line[1:])


def _text(value: Any) -> list[str]:
    """A script is its own lines, everything else JSON."""
    if value is None:
        return []
    text = (
        value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)
    )
    return seen(text).splitlines()


def _risks(change: Change) -> Iterable[str]:
    if change.section == "messages" and change.key:
        yield from _risks_of_message(change)
    elif change.kind == "removed":
        yield f"{NAMES.get(change.section, change.section)}: {change.key} is gone."


def _risks_of_message(change: Change) -> Iterable[str]:
    """A document leaves out what is as it is by default."""
    before, after = DEFAULTS | (change.before or {}), DEFAULTS | (change.after or {})
    old, new = before["expireAfterHours"], after["expireAfterHours"]
    if new < old:
        yield f"{change.key} waits {new} h for a player who is away, no longer {old} h."
    for setting, words in (("sendViaSocket", "over sockets"), ("sendAsPush", "as push")):
        if before[setting] and not after[setting]:
            yield f"{change.key} is sent {words} no longer."
