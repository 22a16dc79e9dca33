"""Settings as pages show them: a name for each, a text for each value, and what differs between two."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from re import findall
from typing import Any, NamedTuple

from games.conflicts import Difference
from messaging.settings_form import PROVIDER_NAMES
from portal.web.message_variants import name_of
from portal.web.wording import seen

LABELS = {
    "sendViaSocket": "Send via socket",
    "sendAsPush": "Send as push",
    "suppressPushOnSocketSend": "Suppress push on socket send",
    "includeInPushCount": "Include in push count",
    "expireAfterHours": "Expires after (hours)",
    "deviceTypes": "Device types",
    "title": "Title",
    "subTitle": "Subtitle",
    "template": "Message",
    "segmentQuery": "Query",
    "variants": "Variants",
    "order": "Order",
}


@dataclass(frozen=True, slots=True)
class ClashRow:
    path: str
    label: str
    base: str
    theirs: str
    yours: str
    by_both: bool
    is_theirs: bool


class Piece(NamedTuple):
    """A part of a text; `changed`: only this side has it."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    before: list[Piece]
    after: list[Piece]


def clash_row(found: Difference) -> ClashRow:
    return ClashRow(
        path=found.path,
        label=label_of(found.path),
        base=as_text(found.base),
        theirs=as_text(found.theirs),
        yours=as_text(found.yours),
        by_both=found.by_both,
        is_theirs=found.merged == found.theirs,
    )


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Field by field, down to the values within payloads and variants; these go by their queries' names."""
    old, new = dict(_values(_by_name(before))), dict(_values(_by_name(after)))
    places = {key: place for place, key in enumerate(before)}
    paths = sorted({**old, **new}, key=lambda path: places[path.partition(".")[0]])
    texts = [(path, as_text(old.get(path)), as_text(new.get(path))) for path in paths]
    return [_change(path, one, other) for path, one, other in texts if one != other]


def label_of(path: str) -> str:
    """`json.ios` → "JSON for iOS"."""
    first, _, rest = path.partition(".")
    if first == "json" and rest:
        provider, _, inner = rest.partition(".")
        name = f"JSON for {PROVIDER_NAMES.get(provider, provider)}"
        return f"{name}: {inner}" if inner else name
    if rest:
        return f"{LABELS.get(first, first)}, {label_of(rest)}"
    return LABELS.get(first, first)


def as_text(value: Any) -> str:
    """To be read: objects with their keys in order; nothing where there is nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, str):
        return seen(value)
    return seen(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True))


def _by_name(settings: Mapping[str, Any]) -> dict[str, Any]:
    """With the variants as an object by their queries' names, and the order that they stand in."""
    named: dict[str, Any] = {}
    for variant in settings["variants"]:
        name = name_of(variant)
        while name in named:
            name += "’"
        named[name] = variant
    return {**settings, "variants": {"order": list(named), **named}}


def _values(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and not path.endswith("segmentQuery"):
        for key in sorted(value) if path.startswith("json.") else value:
            yield from _values(value[key], f"{path}.{key}" if path else key)
    else:
        yield path, value


def _change(path: str, before: str, after: str) -> Change:
    old, new = (findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if a < b:
            left.append(Piece("".join(old[a:b]), tag != "equal"))
        if c < d:
            right.append(Piece("".join(new[c:d]), tag != "equal"))
    return Change(label_of(path), left, right)
