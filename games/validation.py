"""Whether a game document may be imported or published: every fault at once, each with its path."""

import re
from collections.abc import Mapping
from typing import Any

from games.exports import FORMAT
from games.models.games import API_KEY_PATTERN
from games.sections import Faults, all_sections
from games.shapes import text

_HEAD = {"name": text(100, least=1), "description": text(2000)}


class DocumentFaults(Exception):
    """`faults` are lines `path: message`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def find_faults(document: Mapping[str, Any]) -> list[str]:
    """`document` complete: sections that the import leaves alone must have been filled in."""
    faults = Faults()
    _check_head(document, faults)
    sections = {section.name: section for section in all_sections()}
    for key in document:
        if key not in sections and key not in ("format", "apiKey", *_HEAD):
            faults.key(key).add("unknown key")
    for name, section in sections.items():
        if name in document:
            section.validate(document[name], faults, document)
    return faults.found


def _check_head(document: Mapping[str, Any], faults: Faults) -> None:
    if document.get("format") != FORMAT:
        faults.at("format").add(f'expected "{FORMAT}"')
    api_key = document.get("apiKey")
    if not isinstance(api_key, str) or not re.fullmatch(API_KEY_PATTERN, api_key):
        faults.at("apiKey").add("expected 4 to 50 letters and digits")
    if "name" not in document:
        faults.at("name").add("required")
    for key, check in _HEAD.items():
        if key in document:
            check(document[key], faults.at(key))
