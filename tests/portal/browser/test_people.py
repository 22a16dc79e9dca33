"""Invitations, two steps, roles and forgotten passwords in real browsers: by mouse and keyboard alone, after
the one address that each begins with."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live_server import LiveServer, unique
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import PATIENCE, SignedIn
from tests.portal.browser.portal_server import no_faults
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
PASSWORD = "a longer one here"
NAME = "Wire tests"
Open = Callable[[str], Page]


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Open]:
    """`somebody(address)` is a page of a browser that nobody is signed in with."""
    with ExitStack() as stack:

        def open_page(address: str) -> Page:
            context = browser.new_context()
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            stack.enter_context(no_faults(page))
            page.goto(address)
            return page

        yield open_page


def open_people(page: Page) -> None:
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="People").click()
    expect(page).to_have_title(f"People · {NAME}")


def invite(page: Page, email: str, role: str) -> str:
    """The link."""
    form = page.get_by_role("form", name="Invite somebody")
    form.get_by_label("E-mail").fill(email)
    form.get_by_label("Role").select_option(role)
    form.get_by_role("button", name="Invite").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"Give this link to {email}")
    return page.locator(".secret code").inner_text()


def sign_in(page: Page, name: str, password: str) -> None:
    expect(page.get_by_label("E-mail or user name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def join(page: Page) -> None:
    """By the invitation's page, as an editor."""
    expect(page).to_have_title("Invitation · Flint")
    check(page)
    page.get_by_label("Your name").press_sequentially("Nina")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"Messages · {NAME}")
    expect(page.get_by_role("navigation", name="Game", exact=True)).to_contain_text("You are here as editor.")


def enrol(page: Page) -> tuple[pyotp.TOTP, str]:
    """The authenticator app, and the first recovery code."""
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Two-step sign-in").click()
    check(page)
    app = pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))
    page.get_by_label("Code that the app shows").press_sequentially(app.now())
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("keep these recovery codes")
    check(page)
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 of your recovery codes are left.")).to_be_visible()
    check(page)
    return app, recovery


def test_an_invited_address_joins_and_enrols_a_second_step(
    portal: LiveServer, signed_in: SignedIn, somebody: Open
) -> None:
    owner, email = signed_in("owner"), f"{unique('nina')}@example.org"
    open_people(owner)
    check(owner)
    link = invite(owner, email, "Editor")
    check(owner)

    page = somebody(link)
    join(page)
    app, recovery = enrol(page)

    page.get_by_role("button", name="Sign out").click()
    sign_in(page, email, PASSWORD)
    expect(page).to_have_title("Second step · Flint")
    expect(page.get_by_label("Code")).to_be_focused()
    check(page)
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That code did not work.")
    page.get_by_label("Code").press_sequentially(app.at(time.time() + 30))
    page.keyboard.press("Enter")
    expect(page).to_have_title("Games · Flint")
    expect(page.get_by_role("row", name=re.compile(NAME))).to_contain_text("Editor")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, email, PASSWORD)
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(recovery)
    page.keyboard.press("Enter")
    expect(page).to_have_title("Games · Flint")

    dead = somebody(link)
    expect(dead.get_by_role("heading", name="This link is not good any more")).to_be_visible()
    check(dead)
    log = portal.log()
    assert recovery not in log
    assert app.secret not in log
    assert PASSWORD not in log


def test_roles_are_changed_and_people_removed_as_the_audit_tells(signed_in: SignedIn, somebody: Open) -> None:
    owner, email = signed_in("owner"), f"{unique('otto')}@example.org"
    open_people(owner)
    page = somebody(invite(owner, email, "Viewer"))
    page.get_by_label("Your name").fill("Otto")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and join").click()
    expect(page).to_have_title(f"Messages · {NAME}")
    expect(page.get_by_role("link", name="Audit log")).to_have_count(0)

    owner.get_by_role("link", name="People").click()
    row = owner.get_by_role("row", name=re.compile(email))
    row.get_by_label("Change Otto").click()
    check(owner)
    row.get_by_label("Role of Otto").select_option("Administrator")
    row.get_by_role("button", name="Set the role").click()
    expect(owner.get_by_role("status")).to_have_text("Otto is administrator now.")
    page.reload()
    page.get_by_role("link", name="Audit log").click()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text("collaborator: role")
    expect(first).to_contain_text(email)
    check(page)
    page.get_by_label("What").select_option("People")
    page.get_by_label("Who").fill("nobody at all")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing in this range.")).to_be_visible()
    check(page)

    row.get_by_label("Change Otto").click()
    row.get_by_role("button", name="Remove from the game: Otto").click()
    expect(owner.get_by_role("status")).to_have_text("Otto does not work on this game any more.")
    page.reload()
    expect(page).to_have_title("Not found · Flint")

    own = owner.get_by_role("row", name=re.compile("you"))
    own.get_by_label(f"Change {GAME.api_key}-owner").click()
    own.get_by_role("button", name="Remove").click()
    expect(owner.get_by_role("alert")).to_contain_text("A game keeps an owner")
    check(owner)


def test_a_forgotten_password_is_replaced_by_the_link_on_the_console(
    portal: LiveServer, somebody: Open
) -> None:
    name = unique("fred")
    made = f"User.objects.create_user({name!r}, '{name}@example.org', 'forgotten')"
    portal.manage("shell", "-c", f"from games.models import User; {made}")
    page = somebody(f"http://127.0.0.1:{portal.port}/login/")
    page.get_by_role("link", name="Forgotten your password?").click()
    expect(page).to_have_title("Forgotten password · Flint")
    check(page)
    page.keyboard.type(f"{name}@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("a mail with a link is on its way")
    check(page)

    choosing = somebody(link_of(portal, name))
    check(choosing)
    choosing.get_by_label(re.compile("^New password required")).press_sequentially(PASSWORD)
    choosing.keyboard.press("Tab")
    choosing.keyboard.type(PASSWORD)
    choosing.keyboard.press("Enter")
    expect(choosing.get_by_role("status")).to_have_text("Your password is changed. Sign in with it.")
    check(choosing)
    sign_in(choosing, f"{name}@example.org", PASSWORD)
    expect(choosing).to_have_title("Games · Flint")


def link_of(portal: LiveServer, name: str) -> str:
    """Of the mail to that user, which the server prints a moment after its answer."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        printed = portal.log().partition(f"To: {name}@example.org")[2]
        if found := re.search(r"http://\S+/login/reset/\S+/\n", printed):
            return found[0].strip()
        time.sleep(0.05)
    raise AssertionError("no mail")
