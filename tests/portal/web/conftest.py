"""A game with its people. Models are imported inside: this file loads before Django is set up."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.portal.web.people import People


@pytest.fixture
def people(db: None) -> "People":
    from tests.portal.web.people import make_people

    return make_people("ours")


@pytest.fixture(autouse=True)
def nothing_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Users of former tests had the same numbers, and have used up what editors may ask."""
    from portal.web import often
    from protocol.limiter import Limiter

    monkeypatch.setattr(often, "_asked", Limiter("editors"))


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute passes between what is counted and the page that says so."""
    from protocol import dates

    now = dates.machine_ms()
    monkeypatch.setattr(dates, "machine_ms", lambda: now)
