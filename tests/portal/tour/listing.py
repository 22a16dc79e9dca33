"""Whether every page of the portal has its place in the tour."""

from portal.web.urls import PAGES
from tests.portal.tour.stops import ADDRESSES, PARTS


def unlisted() -> set[str]:
    """Pages without a place, and places without a page."""
    shown = {page.name for page in PAGES if page.read}
    return shown ^ (ADDRESSES.keys() | PARTS)
