"""The account in a real browser: theme, sessions, tokens. After signing in, by mouse and keyboard alone."""

import json
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live_server import LiveServer
from tests.portal.browser.checks import OF_COLOUR, check, check_accessible
from tests.portal.browser.conftest import SignedIn
from tests.portal.browser.portal_server import no_faults, sign_in
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(18, 22, 27)"


def open_account(page: Page) -> None:
    page.get_by_role("link", name="Your account").click()
    expect(page).to_have_title("Profile · Flint")


def ground(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))


def choose_theme(page: Page, name: str) -> None:
    page.get_by_label("Theme").select_option(name)
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")


def test_the_theme_is_the_systems_until_one_is_chosen(signed_in: SignedIn) -> None:
    page = signed_in("outsider")
    open_account(page)
    check(page)
    page.emulate_media(color_scheme="dark")
    assert ground(page) == DARK
    page.emulate_media(color_scheme="light")
    assert ground(page) == LIGHT
    choose_theme(page, "Dark")
    assert ground(page) == DARK
    check_accessible(page, OF_COLOUR)
    page.reload()
    assert ground(page) == DARK
    page.emulate_media(color_scheme="dark")
    choose_theme(page, "Light")
    assert ground(page) == LIGHT
    choose_theme(page, "As the system")
    assert ground(page) == DARK


def test_another_browser_is_signed_out_from_the_list(
    portal: LiveServer, signed_in: SignedIn, browser: Browser
) -> None:
    page = signed_in("viewer")
    context = browser.new_context(user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    other = context.new_page()
    with no_faults(other):
        sign_in(other, portal, "viewer")
        open_account(page)
        page.get_by_role("link", name="Sessions").click()
        check(page)
        row = page.get_by_role("row", name=re.compile("^Firefox 140 on Windows"))
        expect(row).to_contain_text("just now")
        expect(page.get_by_role("row", name=re.compile("this one"))).to_contain_text("now")
        row.get_by_role("button", name="End the session of Firefox 140 on Windows").press("Enter")
        expect(page.get_by_role("status")).to_have_text("The session of Firefox 140 on Windows has ended.")
        expect(row).to_have_count(0)
        other.reload()
        expect(other).to_have_title("Sign in · Flint")
    context.close()


def test_a_token_is_made_used_and_revoked(portal: LiveServer, signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_account(page)
    page.get_by_role("link", name="API tokens").click()
    check(page)
    page.get_by_label("Name").fill("Nightly copy")
    page.get_by_role("button", name="Make a token").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Copy the token now")
    check(page)
    token = page.locator(".secret code").inner_text()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{portal.port}/api/v1/games/{GAME.api_key}/document",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert json.load(answer)["apiKey"] == GAME.api_key
    page.get_by_role("link", name="API tokens").click()
    row = page.get_by_role("row", name=re.compile("^Nightly copy"))
    expect(row).to_contain_text("just now")
    expect(page.get_by_text(token)).to_have_count(0)
    assert token not in portal.log()
    row.get_by_role("button", name="Revoke Nightly copy").click()
    expect(page.get_by_role("status")).to_have_text("Nightly copy is revoked.")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(asked, timeout=10)
