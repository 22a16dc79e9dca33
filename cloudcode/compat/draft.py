"""A game document with what scripts name: a beginning, to be completed by whoever knows the game."""

from collections.abc import Callable, Mapping
from typing import Any

from cloudcode.compat.report import Report
from games.publishing import new_api_key

Item = dict[str, Any]
CUSTOM_CREDENTIAL = {"player": False, "callback": True}


def draft_game(report: Report, texts: Mapping[str, str], name: str) -> Item:
    """A document that can be imported, with the scripts that something runs in it.

    An event has no attributes yet: it takes whatever clients send, and its description says what scripts
    read of it.
    """
    head = {"format": "flint.game/1", "name": name, "apiKey": new_api_key()}
    document: Item = {**head, "description": "Drafted from scripts."}
    for section, codes in report.lacking.items():
        if section in MADE:
            document[section] = [MADE[section](report, code) for code in codes]
    document["scripts"] = {key: texts[key] for key in sorted(texts) if _runs(report, key)}
    return document


def _runs(report: Report, key: str) -> bool:
    """Whether anything would, or it is one of those that are kept."""
    file = report.files.get(key)
    return key in report.realtime if file is None else not (file.unbound or file.syntax)


def _named(report: Report, code: str) -> Item:
    return {"shortCode": code, "name": code}


def _event(report: Report, code: str) -> Item:
    read = report.attributes.get(code)
    return _named(report, code) | ({"description": f"Scripts read: {', '.join(read)}"[:500]} if read else {})


def _segment(report: Report, code: str) -> Item:
    return {**_named(report, code), "values": []}


def _property(report: Report, code: str) -> Item:
    return {"shortCode": code, "name": code, "json": {}}


def _credential(report: Report, code: str) -> Item:
    return _named(report, code) | CUSTOM_CREDENTIAL


MADE: Mapping[str, Callable[[Report, str], Item]] = {
    "credentials": _credential,
    "messageExtensions": _named,
    "segments": _segment,
    "events": _event,
    "leaderboards": _named,
    "achievements": _named,
    "challenges": _named,
    "virtualGoods": _named,
    "properties": _property,
    "propertySets": _named,
}
