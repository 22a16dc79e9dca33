"""The left navigation: which pages of a game there are, in which group."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.web.places import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """`page` is a name of portal.web.urls. `staged` pages belong to a stage, others to the working copy."""

    group: str
    label: str
    page: str
    staged: bool = False


ENTRIES: list[Entry] = []  # of portal.web.urls, which hands them in


def offer(entries: Iterable[Entry]) -> None:
    ENTRIES[:] = entries


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool


def links(place: Place, page: str = "") -> list[tuple[str, list[Link]]]:
    """By group; `page` is the one that is shown."""
    groups: dict[str, list[Link]] = {}
    for entry in ENTRIES:
        groups.setdefault(entry.group, []).append(Link(entry.label, url_of(place, entry), entry.page == page))
    return list(groups.items())


def url_of(place: Place, entry: Entry) -> str:
    """On the place's stage, preview where it has none."""
    return place.url(entry.page, (place.stage or "preview") if entry.staged else "")


def first_page(place: Place) -> str:
    return url_of(place, ENTRIES[0])
