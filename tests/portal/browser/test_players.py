"""Developers look after players in a real browser: after signing in, by mouse and keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer
from tests.portal.browser.beside import Beside
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import HOSTILE, SignedIn
from tests.wire_client import WireClient

pytestmark = pytest.mark.browser


def open_player(page: Page, name: str) -> None:
    """By the list's search."""
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name="Players", exact=True).first.click()
    expect(page).to_have_title(re.compile("^Players · "))
    page.get_by_label("Name, id or device").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("table", name="Players").get_by_role("link").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Player").get_by_role("link", name=name).press("Enter")
    tab = page.get_by_role("navigation", name="Player").get_by_role("link", name=name)
    expect(tab).to_have_attribute("aria-current", "page")


def test_a_player_is_found_and_sent_a_message(
    signed_in: SignedIn, player: WireClient, name: str, beside: Beside
) -> None:
    page = signed_in("editor")
    open_player(page, name)
    assert page.locator("h1 img").count() == 0
    check(page)
    page.get_by_role("link", name="Send a message").press("Enter")
    page.get_by_label(re.compile("^Message")).select_option("FriendMessage")
    page.get_by_role("button", name="Take its sample data").press("Enter")
    expect(page.get_by_label("Data")).to_have_value(re.compile("See you at eight"))
    check(page)
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    message = beside.run(player.expect_message("FriendMessage"))
    assert message["message"] == "See you at eight?"
    expect(page.get_by_role("region", name="Answer")).to_contain_text("FriendMessage for ")


def test_a_message_is_looked_at_in_the_inbox_and_dismissed(
    portal: LiveServer, signed_in: SignedIn, player: WireClient, name: str, beside: Beside
) -> None:
    sent = {"playerIds": [player.user_id], "extCode": "FLINT_FRIEND_INVITE", "data": {"n": 1}}
    beside.run(portal.rest("SendMessageRequest", **sent))
    beside.run(player.expect_message("ScriptMessage"))
    page = signed_in("editor")
    open_player(page, name)
    open_tab(page, "Inbox")
    row = page.get_by_role("row", name=re.compile("FLINT_FRIEND_INVITE"))
    expect(row).to_contain_text("unread")
    check(page)
    row.get_by_role("button", name=re.compile("^Dismiss ScriptMessage_FLINT")).press("Enter")
    expect(page.get_by_text("The message was dismissed.")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_device_is_pushed_to_and_removed(
    signed_in: SignedIn, player: WireClient, name: str, beside: Beside
) -> None:
    beside.run(player.request("PushRegistrationRequest", deviceOS="IOS", pushId=f"{player.user_id:0<64}"))
    page = signed_in("editor")
    open_player(page, name)
    open_tab(page, "Devices")
    page.get_by_role("button", name=re.compile("^Send a test push to ios")).press("Enter")
    expect(page.get_by_role("status", name="Test push")).to_contain_text("The sandbox recorded it")
    check(page)
    page.get_by_role("button", name=re.compile("^Remove ios")).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Remove the device ios")
    check(page)
    page.get_by_role("button", name="Remove").press("Enter")
    expect(page.get_by_text("has registered no device")).to_be_visible()


def test_a_player_is_logged_out_everywhere(
    signed_in: SignedIn, player: WireClient, name: str, beside: Beside
) -> None:
    page = signed_in("editor")
    open_player(page, name)
    open_tab(page, "Sessions")
    sockets = page.get_by_role("table", name="Open sockets")
    expect(sockets).to_contain_text("live")
    expect(sockets).to_contain_text("127.0.0.1")
    check(page)
    page.get_by_role("button", name="Log out everywhere").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Log out everywhere: ")
    page.get_by_role("button", name="Log out everywhere").press("Enter")
    expect(page.get_by_text("The player was logged out everywhere.")).to_be_visible()
    beside.run(player.expect_message("SessionTerminatedMessage"))
    expect(page.get_by_text("None: the player is away.")).to_be_visible()


def test_a_player_s_segment_is_set_and_the_list_filtered_by_it(
    signed_in: SignedIn, player: WireClient, name: str
) -> None:
    page = signed_in("admin")
    open_player(page, name)
    open_tab(page, "Segments")
    check(page)
    page.get_by_label("COUNTRY", exact=True).select_option("FR")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Set: COUNTRY to FR.")).to_be_visible()
    page.get_by_role("link", name="Players", exact=True).first.click()
    page.get_by_label("Segment", exact=True).select_option("COUNTRY=FR")
    page.get_by_label("Online").select_option("yes")
    page.get_by_role("button", name="Find").press("Enter")
    expect(page.get_by_role("table", name="Players").get_by_text(player.user_id)).to_be_visible()
    page.get_by_label("Segment", exact=True).select_option("COUNTRY=GB")
    page.get_by_role("button", name="Find").press("Enter")
    expect(page.get_by_text("Nobody is like that.")).to_be_visible()
    check(page)


def test_a_viewer_reads_players_without_javascript_and_changes_none(
    portal: LiveServer, signed_in: SignedIn, player: WireClient, name: str
) -> None:
    page = signed_in("viewer", java_script_enabled=False)
    open_player(page, name)
    for tab in ("Inbox", "Devices", "Sessions", "Segments"):
        open_tab(page, tab)
        assert page.locator("main form[method=post] button").count() == 0, tab
    assert page.get_by_role("link", name="Send a message").count() == 0
