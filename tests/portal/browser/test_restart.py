"""The server ends and comes back while somebody works: what is typed stays, live parts go on alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.live_server import LiveServer
from tests.portal.browser.checks import check_accessible
from tests.portal.browser.conftest import SignedIn
from tests.portal.browser.portal_server import sign_in

pytestmark = pytest.mark.browser
NAME = "Wire tests"
KEY = "AchievementEarnedMessage"


@pytest.fixture
def editor(portal: LiveServer, context: BrowserContext) -> Iterator[Page]:
    """A browser of their own, whose console may tell of a server that is away."""
    page = context.new_page()
    page.set_default_timeout(30_000)
    sign_in(page, portal, "editor")
    yield page
    page.close()


def open_message(page: Page) -> None:
    page.get_by_role("link", name=NAME).press("Enter")
    page.get_by_role("link", name="AchievementEarned").press("Enter")
    expect(page).to_have_title(f"{KEY} · {NAME}")
    expect(page.locator(".cm-editor").first).to_be_visible()  # the last script that runs


def test_a_restart_keeps_the_draft_and_brings_live_parts_back(
    portal: LiveServer, editor: Page, signed_in: SignedIn
) -> None:
    open_message(editor)
    expires = editor.get_by_label("Expires after")
    expires.fill("71")
    paused = editor.get_by_role("status").filter(has_text="Live updates paused; reconnecting…")
    portal.stop()
    expect(paused).to_be_visible(timeout=30_000)
    expect(paused).to_contain_text(re.compile(r"What you see is of \d"))
    check_accessible(editor)
    expect(expires).to_have_value("71")
    portal.start()
    expect(paused).to_have_count(0, timeout=30_000)
    expect(expires).to_have_value("71")
    expect(editor).to_have_title(f"● {KEY} · {NAME}")
    other = signed_in("owner")
    open_message(other)
    other.get_by_label("Expires after").fill("72")
    other.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(other.get_by_text("Saved as version")).to_be_visible()
    expect(editor.get_by_text("was saved by")).to_be_visible(timeout=30_000)
    expect(expires).to_have_value("71")


def test_what_failed_says_why_and_is_tried_again(portal: LiveServer, editor: Page) -> None:
    editor.get_by_role("link", name=NAME).press("Enter")
    expect(editor.get_by_role("button", name="Go to")).to_be_visible()
    switch = editor.get_by_role("switch", name=f"Send {KEY} as push", exact=True)
    before = str(switch.get_attribute("aria-checked"))
    portal.stop()
    switch.press("Space")
    fault = editor.get_by_role("alert")
    expect(fault).to_contain_text("The server cannot be reached.")
    expect(switch).to_have_attribute("aria-checked", before)
    check_accessible(editor)
    portal.start()
    fault.get_by_role("button", name="Retry").press("Enter")
    expect(switch).to_have_attribute("aria-checked", "false" if before == "true" else "true")
    expect(fault).to_have_count(0)
    switch.press("Space")
    expect(switch).to_have_attribute("aria-checked", before)


def test_who_is_signed_out_meanwhile_is_told_so_and_keeps_what_is_there(
    portal: LiveServer, editor: Page, context: BrowserContext
) -> None:
    open_message(editor)
    editor.get_by_label("Expires after").fill("73")
    with context.expect_page() as opened:
        editor.get_by_role("link", name="Players").click(modifiers=["Control"])
    opened.value.get_by_role("button", name="Sign out").click()
    expect(opened.value).to_have_title("Sign in · Flint")
    fault = editor.get_by_role("alert").filter(has_text="You are signed out.")
    expect(fault).to_be_visible(timeout=30_000)
    expect(fault.get_by_role("link", name="Sign in")).to_be_visible()
    expect(editor.get_by_label("E-mail or user name")).to_have_count(0)
    expect(editor.get_by_label("Expires after")).to_have_value("73")
