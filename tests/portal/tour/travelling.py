"""The demo as it is after its story, more of it, and browsers in which somebody is signed in."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.live_server import KEYS
from tests.portal.demo_process import DemoProcess
from tests.portal.tour import stops
from tests.portal.tour.stops import CAREFULS_NAME, NEWCOMERS_NAME, PASSWORD, Stop

WIDE: ViewportSize = {"width": 1280, "height": 800}
# As operators run it: with Flint's own error pages, and to the simulated push services on this machine.
AS_INSTALLED = {**KEYS, "FLINT_DEBUG": "0", "FLINT_PUSH_HOSTS": "127.0.0.1,localhost"}
_FILL = "from tests.portal.tour.filling import fill; fill()"


@dataclass
class Tour:
    """`pages` are by who looks."""

    origin: str
    stops: list[Stop]
    pages: dict[str, Page]

    def go(self, stop: Stop) -> Page:
        """Once all is there that the page asks for. AssertionError where it is answered otherwise."""
        page = self.pages[stop.who]
        answer = page.goto(self.origin + stop.path)
        assert answer is not None
        assert answer.status == stop.status, f"{stop} was answered {answer.status}"
        page.wait_for_load_state("networkidle")
        return page


@contextmanager
def filled_demo(folder: Path, **env: str) -> Iterator[tuple[DemoProcess, dict[str, str]]]:
    """With what addresses of its pages are made of."""
    demo = DemoProcess(folder, "--push", "sim", **{**AS_INSTALLED, **env})
    try:
        demo.wait_for("Flint serves")
        yield demo, json.loads(demo.manage("shell", "-v0", "-c", _FILL))
    finally:
        demo.kill()


@contextmanager
def touring(browser: Browser, demo: DemoProcess, names: dict[str, str]) -> Iterator[Tour]:
    origin = f"http://127.0.0.1:{demo.port}"
    with ExitStack() as stack:

        def page() -> Page:
            context: BrowserContext = browser.new_context(viewport=WIDE, reduced_motion="reduce")
            stack.callback(context.close)
            return context.new_page()

        tour = Tour(origin, list(stops.stops(names)), {stops.GUEST: page()})
        admin = demo.details["admin"]
        for who, name, password in (
            (stops.DEVELOPER, admin["userName"], admin["password"]),
            (stops.NEWCOMER, NEWCOMERS_NAME, PASSWORD),
            (stops.HALF, CAREFULS_NAME, PASSWORD),
        ):
            tour.pages[who] = page()
            _sign_in(tour.pages[who], origin, name, password)
        _begin_a_game(tour.pages[stops.DEVELOPER], origin)
        yield tour


def _sign_in(page: Page, origin: str, name: str, password: str) -> None:
    page.goto(f"{origin}/login/")
    page.get_by_label("E-mail or user name").fill(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)


def _begin_a_game(page: Page, origin: str) -> None:
    """Up to the last step of the wizard, which the session keeps."""
    page.goto(f"{origin}/new/")
    page.get_by_role("textbox", name="Name").fill("Rockets")
    page.keyboard.press("Enter")
    page.get_by_label("Web", exact=True).press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Push credentials")).to_be_visible()
