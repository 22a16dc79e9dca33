"""Every page of the portal, full and in a new game: nothing that axe finds, nothing cut off or in the way.

`make test` looks at full pages, in light; `TOUR=full`, which `make browser` sets, at all.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests import backend
from tests.live_database import LiveDatabase
from tests.portal.browser.checks import OF_COLOUR, check_accessible
from tests.portal.tour.layout import (
    layout_faults,
    sizes_of_targets,
    spaced,
    unseen_focus,
    unseen_focus_on_the_way_back,
)
from tests.portal.tour.listing import unlisted
from tests.portal.tour.stops import NAMED, stops
from tests.portal.tour.travelling import WIDE, Tour, filled_demo, touring

FULL = os.environ.get("TOUR") == "full"
STATES = ("filled", "empty", "error") if FULL else ("filled",)


@pytest.fixture(scope="module")
def tour(
    migrated_database: LiveDatabase, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tour]:
    folder = tmp_path_factory.mktemp("tour") / "var"
    database = migrated_database.copy_to(folder)
    env = {} if backend.chosen == backend.SQLITE else {"DATABASE_URL": database.url}
    try:
        with filled_demo(folder, **env) as (demo, names), touring(browser, demo, names) as made:
            yield made
    finally:
        database.drop()


PLACES = [(stop.name, stop.state) for stop in stops(dict.fromkeys(NAMED, "somebody")) if stop.state in STATES]


@pytest.fixture
def page(tour: Tour, place: tuple[str, str]) -> Page:
    [stop] = [stop for stop in tour.stops if (stop.name, stop.state) == place]
    return tour.go(stop)


def test_every_page_has_its_place() -> None:
    assert unlisted() == set()


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_every_page_is_accessible(page: Page) -> None:
    """Also what has the focus is seen, in the colours of the page and in forced ones."""
    page.emulate_media(color_scheme="light")
    check_accessible(page)
    page.emulate_media(color_scheme="dark")
    check_accessible(page, OF_COLOUR)
    faults = unseen_focus(page)
    page.emulate_media(forced_colors="active")
    faults += unseen_focus_on_the_way_back(page)
    page.emulate_media(forced_colors="none")
    assert faults == []


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_every_page_has_room(page: Page) -> None:
    """At a desk and on a phone, also with the spaces between letters and lines that WCAG lets readers set."""
    faults = sizes_of_targets(page)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"{width} px: {fault}" for fault in layout_faults(page)]
        with spaced(page):
            faults += [f"{width} px, spaced: {fault}" for fault in layout_faults(page)]
    page.set_viewport_size(WIDE)
    assert faults == []
