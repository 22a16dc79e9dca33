"""A real server with people of every role on its game, and how they sign in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.live_server import LiveServer
from tests.server_template import ServerTemplate
from tests.wire_games import GAME

ROLES = ("owner", "admin", "editor", "viewer", "outsider")
NAME = "Wire game"
_PEOPLE = f"""
from tests.portal.web.people import add_people
from games.models import Game
add_people(Game.objects.get(api_key={GAME.api_key!r}))
"""


@contextmanager
def portal_server(template: ServerTemplate, folder: Path) -> Iterator[LiveServer]:
    """With users `{{key}}-owner` … `{{key}}-outsider`, each with the password "right"."""
    server = template.server(LiveServer, folder)
    try:
        server.manage("shell", "-c", _PEOPLE)
        server.start()
        yield server
    finally:
        template.end([server])


def sign_in(page: Page, server: LiveServer, role: str) -> None:
    """The only address that a test types; from here on it has a mouse and a keyboard."""
    page.goto(f"http://127.0.0.1:{server.port}/login/")
    expect(page.get_by_label("E-mail or user name")).to_be_focused()
    page.keyboard.type(f"{GAME.api_key}-{role}")
    page.keyboard.press("Tab")
    page.keyboard.type("right")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Games · Flint")


@contextmanager
def no_faults(page: Page) -> Iterator[None]:
    """No page may raise an error, nor want what the policy refuses."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    yield
    refused = "the server responded with a status of 4"
    unexpected = [fault for fault in faults if refused not in fault]
    assert unexpected == [], unexpected
