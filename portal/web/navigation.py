"""The left navigation: which pages of a game there are, in which group."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.web.places import Place
from portal.web.rights import READ, Right


@dataclass(frozen=True, slots=True)
class Entry:
    """`page` is a name of portal.web.urls. `staged` pages belong to a stage, others to the working copy. Who
    lacks the `right` is not shown it."""

    group: str
    label: str
    page: str
    staged: bool = False
    right: Right = READ


OPENED = "messages"
ENTRIES: list[Entry] = []  # of portal.web.urls, which hands them in


def offer(entries: Iterable[Entry]) -> None:
    ENTRIES[:] = entries


GO = {"messages": "m", "players": "p", "harness": "h"}  # page → the key that follows g


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    current: bool
    key: str = ""


def links(place: Place, path: str = "") -> list[tuple[str, list[Link]]]:
    """By group; the current one is that of the address `path`, or the nearest above it."""
    urls = {entry: url_of(place, entry) for entry in ENTRIES if place.may(entry.right)}
    above = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    groups: dict[str, list[Link]] = {}
    for entry, url in urls.items():
        groups.setdefault(entry.group, []).append(
            Link(entry.label, url, url == above, GO.get(entry.page, ""))
        )
    return list(groups.items())


def url_of(place: Place, entry: Entry) -> str:
    """On the place's stage, preview where it has none."""
    return place.url(entry.page, (place.stage or "preview") if entry.staged else "")


def first_page(place: Place) -> str:
    """Where a game is opened."""
    return url_of(place, next(entry for entry in ENTRIES if entry.page == OPENED))
