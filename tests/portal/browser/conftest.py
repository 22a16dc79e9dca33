"""A server of the portal for the tests of a process, and people who sign in to it with their own browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.live_server import LiveServer, unique
from tests.portal.browser.beside import Beside
from tests.portal.browser.portal_server import no_faults, portal_server, sign_in
from tests.server_template import ServerTemplate
from tests.wire_client import WireClient

SignedIn = Callable[..., Page]
HOSTILE = '"><img src=x onerror=alert(1)>'
PATIENCE = 30_000  # ms: on a machine that is busy with other tests


@pytest.fixture(scope="session")
def portal(server_template: ServerTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Each test has messages of its own on it: their versions are counted."""
    with portal_server(server_template, tmp_path_factory.mktemp("portal")) as server:
        yield server


@pytest.fixture(scope="session")
def browser_of(portal: LiveServer, browser: Browser) -> Iterator[Callable[[str], BrowserContext]]:
    """Who has a role signs in once, by the keyboard, and stays so."""
    with ExitStack() as stack:
        kept: dict[str, BrowserContext] = {}

        def open_browser(role: str) -> BrowserContext:
            if role not in kept:
                context = browser.new_context()
                stack.callback(context.close)
                page = context.new_page()
                with no_faults(page):
                    sign_in(page, portal, role)
                page.close()
                kept[role] = context
            return kept[role]

        yield open_browser


@pytest.fixture
def signed_in(
    portal: LiveServer, browser: Browser, browser_of: Callable[[str], BrowserContext]
) -> Iterator[SignedIn]:
    """`signed_in("editor")` is a new page of that person's browser. With `options`, those of a context, of
    another browser in which that person is signed in."""
    with ExitStack() as stack:

        def open_page(role: str, **options: Any) -> Page:
            context = browser_of(role)
            if options:
                state = context.storage_state()
                context = browser.new_context(storage_state=state, **options)
                stack.callback(context.close)
            page = context.new_page()
            stack.callback(page.close)
            page.set_default_timeout(PATIENCE)
            stack.enter_context(no_faults(page))
            page.goto(f"http://127.0.0.1:{portal.port}/")
            expect(page).to_have_title("Games · Flint")
            return page

        yield open_page


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    with Beside() as running:
        yield running


@pytest.fixture
def name() -> str:
    """The player's, to log in with."""
    return unique("pat")


@pytest.fixture
def player(portal: LiveServer, beside: Beside, name: str) -> Iterator[WireClient]:
    """Logged in on preview, with a display name that attacks."""
    client = beside.run(portal.connect())
    beside.run(client.register(name, display_name=HOSTILE))
    yield client
    beside.run(client.close())
