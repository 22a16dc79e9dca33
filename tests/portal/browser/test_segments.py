"""Developers build segment queries in a real browser: after signing in, by the keyboard alone."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live_server import LiveServer, unique
from tests.portal.browser.beside import Beside
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn
from tests.wire_client import WireClient

pytestmark = pytest.mark.browser


@pytest.fixture
def player(portal: LiveServer, beside: Beside, name: str) -> Iterator[WireClient]:
    """In France, under a display name that nobody else has."""
    client = beside.run(portal.connect())
    fields = {"userName": name, "password": "secret", "displayName": name, "segments": {"COUNTRY": "FR"}}
    answer = beside.run(client.request("RegistrationRequest", **fields))
    client.user_id = answer["userId"]
    yield client
    beside.run(client.close())


def open_queries(page: Page) -> None:
    page.get_by_role("link", name="Wire tests").press("Enter")
    page.get_by_role("link", name="Segments", exact=True).first.press("Enter")
    page.get_by_role("link", name="Queries", exact=True).press("Enter")
    expect(page).to_have_title(re.compile("^Segment queries · "))


def words(page: Page) -> Locator:
    return page.locator("#query-words")


def add_condition(page: Page, number: int) -> Locator:
    """The select of its field, which has the focus."""
    page.get_by_role("button", name="Add a condition to Players").press("Enter")
    field = page.get_by_label(f"Condition {number}: field")
    expect(field).to_be_focused()
    return field


def test_a_query_is_built_by_keyboard_tested_and_saved(
    signed_in: SignedIn, player: WireClient, name: str
) -> None:
    page, code = signed_in("editor"), unique("MINE")
    open_queries(page)
    check(page)
    page.get_by_role("link", name="New query").press("Enter")
    expect(words(page)).to_have_text("Everybody.")
    page.get_by_label("Short code").press_sequentially(code)
    page.get_by_label("Name", exact=False).first.press_sequentially("Mine alone")
    add_condition(page, 1)
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(words(page)).to_have_text("Players for whom: segment COUNTRY is GB.")
    page.keyboard.press("ArrowUp")
    expect(words(page)).to_have_text("Players for whom: segment COUNTRY is FR.")
    add_condition(page, 2)
    page.keyboard.type("display")
    expect(page.get_by_label("Condition 2: field")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    sentence = f"segment COUNTRY is FR, and display name is {name}"
    expect(words(page)).to_have_text(f"Players for whom: {sentence}.")

    page.get_by_label("Does this player match?").press_sequentially(player.user_id)
    page.get_by_role("button", name="Test", exact=True).press("Enter")
    answer = page.get_by_role("region", name="What the test found")
    expect(answer).to_contain_text(re.compile(r"Matches 1 of \d+ players on preview\."))
    expect(answer.get_by_role("listitem").filter(has_text="segment COUNTRY is FR")).to_contain_text("✓")
    expect(answer.get_by_role("listitem").filter(has_text=f"displayName is {name}")).to_contain_text("✓")
    check(page)

    page.keyboard.press("Control+S")
    expect(page.get_by_text(f"{code} was added; preview knows it now.")).to_be_visible()
    page.get_by_text("The same as JSON").press("Enter")
    shown = page.get_by_role("textbox", name="Query as JSON").inner_text()
    leaves = [
        {"segment": "COUNTRY", "is": "FR"},
        {"field": "displayName", "op": "eq", "value": name},
    ]
    assert json.loads(shown) == {"all": leaves}
    page.get_by_role("navigation", name=code).get_by_role("link", name="History").press("Enter")
    expect(page.get_by_role("table", name="Versions")).to_contain_text(sentence)
    check(page)


def test_builder_and_json_are_in_step(signed_in: SignedIn) -> None:
    page = signed_in("admin")
    open_queries(page)
    page.get_by_role("link", name="New query").press("Enter")
    page.get_by_text("The same as JSON").press("Enter")
    field = page.get_by_role("textbox", name="Query as JSON")
    expect(page.get_by_role("button", name="Add a condition to Players")).to_be_visible()

    def write(text: str) -> None:
        field.focus()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)

    seen = {"field": "lastSeen", "op": "lt", "value": "-P7D"}
    write(json.dumps({"not": {"any": [seen, {"all": [{"segment": "COUNTRY", "is": "GB"}]}]}}))
    expect(page.get_by_label("Players: how its parts are joined")).to_have_value("none")
    expect(page.get_by_label("Condition 1: operator")).to_have_value("lt")
    expect(page.get_by_label("Condition 2: segment")).to_have_value("COUNTRY")
    expect(words(page)).to_have_text(
        "Players for whom: none of (last seen more than 7 days ago; segment COUNTRY is GB)."
    )
    page.get_by_label("Condition 2: segment").press("Delete")
    expect(page.get_by_label("Condition 2: field")).to_have_count(0)
    expect(words(page)).to_have_text("Players for whom: none of (last seen more than 7 days ago; everybody).")
    page.get_by_label("Players: how its parts are joined").press("+")
    expect(page.get_by_label("Group 3: how its parts are joined")).to_be_focused()
    expect(field).to_contain_text('"any": []')
    check(page)
    write("{")
    expect(page.get_by_text("cannot be shown as conditions")).to_be_visible()
    expect(words(page)).to_contain_text("This is not JSON")
    page.get_by_role("link", name="Players", exact=True).first.press("Enter")
    expect(page.get_by_role("dialog", name="Leave without saving?")).to_be_visible()
    page.get_by_role("link", name="Leave", exact=True).press("Enter")
    expect(page).to_have_title(re.compile("^Players · "))


def test_segments_are_edited_without_javascript(signed_in: SignedIn) -> None:
    page, code = signed_in("owner", java_script_enabled=False), unique("TIER")
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name="Segments", exact=True).first.click()
    page.get_by_role("link", name="New segment").click()
    page.get_by_label("Short code").fill(code)
    page.get_by_label("Name", exact=False).first.fill("Tier")
    page.get_by_role("group", name="Value 1").get_by_label("Code").fill("GOLD")
    page.get_by_role("button", name="Add a value").click()
    page.get_by_role("group", name="Value 2").get_by_label("Code").fill("TIN")
    page.get_by_role("button", name="Add the segment").last.click()
    expect(page.get_by_text(f"{code} was added")).to_be_visible()
    expect(page.get_by_role("table", name="Players of each value")).to_contain_text("TIN")
    page.get_by_role("link", name="Segments", exact=True).first.click()
    page.get_by_role("link", name="Queries", exact=True).click()
    page.get_by_role("link", name="FRENCH").click()
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text(re.compile(r"Matches \d+ of \d+ players on preview"))).to_be_visible()


def test_a_segment_s_page_is_accessible(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name="Segments", exact=True).first.click()
    page.get_by_role("link", name="level", exact=True).click()
    check(page)
    page.get_by_label("Code").first.fill("not a code")
    page.keyboard.press("Control+S")
    expect(page.get_by_role("alert")).to_be_focused()
    check(page)
