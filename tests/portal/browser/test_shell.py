"""What is around every page, in a real browser: palette, shortcuts, density. By mouse and keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live_server import LiveServer
from tests.portal.browser.checks import check, check_accessible
from tests.portal.browser.conftest import SignedIn
from tests.wire_client import WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
NAME = "Wire tests"


@pytest.fixture
def page(signed_in: SignedIn) -> Page:
    """The editor's, on the messages of the game."""
    opened = signed_in("editor")
    opened.get_by_role("link", name=NAME).press("Enter")
    expect(opened).to_have_title(f"Messages · {NAME}")
    return opened


def palette(page: Page) -> Page:
    expect(page.get_by_role("button", name="Go to")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Command palette")).to_be_focused()
    return page


def found(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Go to").get_by_role("option")


def test_the_content_is_a_key_away(page: Page) -> None:
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#content :focus")).to_have_count(1)


def test_the_palette_leads_to_a_message_by_keys(page: Page) -> None:
    page.get_by_role("link", name="Extensions").focus()
    palette(page)
    expect(found(page).first).to_have_text("Overview Overview")
    check(page)
    page.keyboard.type("friendm")
    expect(found(page)).to_have_text(["FriendMessage Player"])
    field = page.get_by_role("combobox", name="Command palette")
    chosen = found(page).first
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("1 found")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Extensions")).to_be_focused()
    palette(page)
    expect(field).to_have_value("")
    page.keyboard.type("friendm")
    expect(found(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"FriendMessage · {NAME}")


def test_arrows_go_through_what_was_found_and_around(page: Page) -> None:
    palette(page)
    page.keyboard.type("team")
    options = found(page)
    expect(options.first).to_have_text("NewTeamScoreMessage Leaderboards")
    selected = page.locator("[role=option][aria-selected=true]")
    expect(selected).to_have_text("NewTeamScoreMessage Leaderboards")
    page.keyboard.press("ArrowDown")
    expect(selected).to_have_text(options.nth(1).inner_text())
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(selected).to_have_text(options.last.inner_text())
    expect(selected).to_be_in_viewport()


def test_the_palette_finds_a_player_of_the_stage(page: Page, player: WireClient, name: str) -> None:
    palette(page)
    page.keyboard.type(name)
    expect(found(page)).to_have_count(1)
    expect(page.get_by_role("group", name="Players")).to_contain_text(str(player.user_id))
    check_accessible(page)
    found(page).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text('"><img src=x')


def test_the_palette_says_that_nothing_was_found(page: Page) -> None:
    palette(page)
    page.keyboard.type("xyzzy")
    expect(page.get_by_text("Nothing is called “xyzzy”.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Command palette")).to_have_attribute("aria-expanded", "false")
    check_accessible(page)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"Messages · {NAME}")


def test_the_palette_asks_once_for_what_is_typed_in_one_go(page: Page) -> None:
    palette(page)
    expect(found(page).first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.type("friendm")
    expect(found(page)).to_have_count(1)
    assert [url.rpartition("/")[2] for url in asked] == ["?q=friendm"]


def test_the_palette_opens_the_shortcuts_and_signs_nobody_in_again(page: Page) -> None:
    palette(page)
    page.keyboard.type("keyboard")
    expect(found(page)).to_have_text(["Keyboard shortcuts"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_not_saved_is_asked_about_first(page: Page) -> None:
    palette(page)
    page.keyboard.type("friendm")
    expect(found(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"FriendMessage · {NAME}")
    expect(page.locator(".cm-editor").first).to_be_visible()  # the last script that runs
    page.get_by_label("Expires after").fill("61")
    expect(page).to_have_title(f"● FriendMessage · {NAME}")
    palette(page)
    page.keyboard.type("push log")
    expect(found(page)).to_have_count(1)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stay").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("Expires after")).to_have_value("61")
    page.get_by_label("Expires after").fill("60")
    page.get_by_role("main").press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_title(f"Messages · {NAME}")


def test_single_keys_go_to_pages_and_to_the_filter(page: Page) -> None:
    expect(page.get_by_role("button", name="Shortcuts")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_title(f"Players · {NAME}")
    expect(page.get_by_role("button", name="Shortcuts")).to_be_visible()
    page.keyboard.press("/")
    field = page.get_by_role("search").get_by_role("textbox").first
    expect(field).to_be_focused()
    page.keyboard.type("gh?/")
    expect(field).to_have_value("gh?/")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    check(page)
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.keyboard.press("Escape")
    expect(shortcuts).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_title(f"Test harness · {NAME}")


def test_single_keys_are_switched_off_in_the_account(signed_in: SignedIn) -> None:
    page = signed_in("viewer")
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("checkbox", name="Shortcuts of single keys").press("Space")
    page.get_by_label("Density").select_option("Compact")
    page.get_by_label("Time zone").select_option("Asia/Kathmandu")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    check(page)
    page.get_by_role("link", name="all games").click()
    page.get_by_role("link", name=NAME).press("Enter")
    expect(page).to_have_title(f"Messages · {NAME}")
    expect(page.get_by_role("button", name="Shortcuts")).to_be_visible()
    cell = page.get_by_role("cell", name="default").first
    expect(cell).to_have_css("padding-top", "5px")
    for key in ("?", "/", "g", "p"):
        page.keyboard.press(key)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(1)  # the palette: none of the keys before did anything
    expect(page.get_by_role("combobox", name="Command palette")).to_be_focused()
    page.keyboard.type("your account")
    expect(found(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_title("Profile · Flint")
    page.get_by_role("checkbox", name="Shortcuts of single keys").press("Space")
    page.get_by_label("Density").select_option("Comfortable")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_role("button", name="Shortcuts")).to_be_visible()
    page.get_by_role("main").press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_without_scripts_no_button_promises_what_needs_them(portal: LiveServer, signed_in: SignedIn) -> None:
    page = signed_in("editor", java_script_enabled=False)
    for name in ("Go to", "Shortcuts"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    assert GAME.api_key in page.content()
