"""One item of a kept section at a time: added, changed or deleted, by the rules of an imported document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from games.audit import record
from games.exports import export_document
from games.game_settings import note_change
from games.kept_sections import KeptSection
from games.models import Game, Stage, User
from games.sections import all_sections
from games.stages import touch
from games.validation import find_faults

Item = dict[str, Any]

_PATH = re.compile(r"(\w+)\[(\d+)\]\.?")


@dataclass
class ItemFaults(Exception):
    """`own` are the item's faults by their path within it (`attributes[0].type`; "" is the item itself).

    `others` are lines about other items, which use what would be gone, by their short codes.
    """

    own: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def item_sections() -> dict[str, KeptSection]:
    """The sections that are lists of items with short codes, in the document's order."""
    kept = (each for each in all_sections() if isinstance(each, KeptSection) and each.fields)
    return {section.name: section for section in kept}


def items_of(game: Game, name: str) -> list[Item]:
    items: list[Item] = item_sections()[name].export(game)
    return items


def find_item(game: Game, name: str, code: str) -> Item | None:
    return next((item for item in items_of(game, name) if item.get("shortCode") == code), None)


def add_item(game: Game, name: str, item: Item, actor: User | None) -> None:
    """Raises ItemFaults, also when the short code is taken."""
    with transaction.atomic():
        items = _locked_items(game, name)
        _save(game, name, [*items, item], len(items), actor)
        record(actor, "section.item_added", f"{name} {item['shortCode']}", game)


def change_item(game: Game, name: str, code: str, item: Item, actor: User | None) -> bool:
    """Whether anything changed. What has been played under a short code goes by it, so it stays.

    Raises ItemFaults, LookupError when there is no such item any more.
    """
    with transaction.atomic():
        items = _locked_items(game, name)
        index = _index(items, code)
        before, changed = items[index], {**item, "shortCode": code}
        _save(game, name, [*items[:index], changed, *items[index + 1 :]], index, actor)
        after = find_item(game, name, code) or {}
        fields = sorted(key for key in after if after[key] != before.get(key))
        if fields:
            record(actor, "section.item_changed", f"{name} {code}", game, fields=fields)
    return bool(fields)


def check_item(game: Game, name: str, code: str | None, item: Item) -> None:
    """Raises what `add_item` (without a `code`) or `change_item` would: before something is done for the item
    that cannot be rolled back."""
    items = items_of(game, name)
    index = len(items) if code is None else _index(items, code)
    changed = item if code is None else {**item, "shortCode": code}
    _check({**export_document(game), name: [*items[:index], changed, *items[index + 1 :]]}, name, index)


def delete_item(game: Game, name: str, code: str, actor: User | None) -> None:
    """Raises ItemFaults with `others`, its users, LookupError when there is no such item any more."""
    with transaction.atomic():
        items = _locked_items(game, name)
        index = _index(items, code)
        _save(game, name, items[:index] + items[index + 1 :], None, actor)
        record(actor, "section.item_deleted", f"{name} {code}", game)


def _locked_items(game: Game, name: str) -> list[Item]:
    """One operator at a time: two who change different items of a section lose nothing."""
    Stage.objects.select_for_update(no_key=True).get(game=game, name="preview")
    return items_of(game, name)


def _index(items: list[Item], code: str) -> int:
    for index, item in enumerate(items):
        if item.get("shortCode") == code:
            return index
    raise LookupError(code)


def _save(game: Game, name: str, items: list[Item], changed: int | None, actor: User | None) -> None:
    """`changed` is the index of the item that the operator wrote."""
    before = export_document(game)
    after = {**before, name: items}
    _check(after, name, changed)
    item_sections()[name].apply(game, items, actor)
    note_change(game, before, after, actor)
    touch(game)


def _check(document: Mapping[str, Any], name: str, changed: int | None) -> None:
    if faults := find_faults(document):
        raise _sorted(faults, document, name, changed)


def _sorted(faults: list[str], document: Mapping[str, Any], name: str, changed: int | None) -> ItemFaults:
    found = ItemFaults()
    for fault in faults:
        path, _, message = fault.partition(": ")
        match = _PATH.match(path)
        if match and match[1] == name and int(match[2]) == changed:
            found.own.setdefault(path[match.end() :], []).append(message)
        else:
            found.others.append(_by_code(fault, match, document))
    if found.own:  # which is why others cannot find what they need in it
        found.others.clear()
    return found


def _by_code(fault: str, match: re.Match[str] | None, document: Mapping[str, Any]) -> str:
    """`achievements[0].leaderboard: …` → `achievements FIRST_WIN, leaderboard: …`."""
    items = document.get(match[1]) if match else None
    if match is None or not isinstance(items, list) or int(match[2]) >= len(items):
        return fault
    rest = fault[match.end() :]
    joint = "" if rest.startswith(":") else ", "
    return f"{match[1]} {items[int(match[2])].get('shortCode', match[2])}{joint}{rest}"
