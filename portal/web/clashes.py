"""Two people who saved the same object of the configuration: what differs, and which of the two is to be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from games.conflicts import Document, differences, put_together
from games.saved_versions import Version
from portal.web.setting_words import ClashRow, clash_row

THEIRS = "theirs"
PICK = "pick-"  # before a field's path: which of two changes it is to have


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody saved `theirs` while yours was written, from version `base`; `merged` are both.

    `at_first` is version 0 in words, which nobody saved; `theirs` None is that one.
    """

    what: str
    base: int
    theirs: Version | None
    rows: list[ClashRow]
    merged: dict[str, Any]
    theirs_url: str
    at_first: str


def clash(
    what: str,
    of: tuple[int, Version | None],
    documents: tuple[Document, Document, Document],
    label: Callable[[str], str],
    theirs_url: str,
    at_first: str = "what it was at first",
) -> Clash:
    """`of` is the version that it was edited from, and that is current; `documents` base, theirs, yours."""
    found = differences(*documents)
    merged = put_together(documents[2], {each.path: each.merged for each in found})
    rows = [replace(clash_row(each), label=label(each.path)) for each in found]
    return Clash(what, *of, rows, merged, theirs_url, at_first)


def with_picks(current: Document, yours: Document, sent: Mapping[str, Any]) -> dict[str, Any]:
    """After a clash: with those fields of the current document for which the user chose theirs."""
    none: dict[str, Any] = {}
    found = {each.path: each for each in differences(none, current, yours)}
    theirs = {path: each.theirs for path, each in found.items() if sent.get(f"{PICK}{path}") == THEIRS}
    return put_together(yours, theirs)
