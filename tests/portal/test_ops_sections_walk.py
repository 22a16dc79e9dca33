"""The configuration's forms in a real browser, on a phone and in the dark."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer
from tests.portal.conftest import OPERATOR, PASSWORD
from tests.wire_games import GAME

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def phone(request: pytest.FixtureRequest, ops_server: LiveServer, page: Page) -> Iterator[Page]:
    """Signed in, on a screen of 375 points. No page may raise an error in the browser."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.emulate_media(color_scheme=request.param)
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"http://127.0.0.1:{ops_server.port}/ops/")
    page.get_by_label("Username").fill(OPERATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    yield page
    assert faults == []


def fits(page: Page) -> bool:
    """Nothing makes the page wider than the phone, and every control is wide enough for a finger."""
    widest: int = page.evaluate("document.documentElement.scrollWidth")
    low: int = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.ops-input, .ops-select, .ops-button')]"
        ".map(each => each.getBoundingClientRect().height))"
    )
    return widest == 375 and low >= 36


def test_an_event_and_its_total_are_made_on_a_phone(ops_server: LiveServer, phone: Page) -> None:
    code = f"LAP_{phone.evaluate('matchMedia(`(prefers-color-scheme: dark)`).matches ? `DARK` : `LIGHT`')}"
    phone.get_by_role("article").filter(has_text=GAME.api_key).get_by_role(
        "link", name="Configuration"
    ).click()
    phone.get_by_role("link", name="Events").click()
    phone.get_by_role("link", name="Add", exact=True).click()
    phone.get_by_label("Short code").fill(code)
    phone.get_by_role("button", name="Add to attributes").click()
    row = phone.get_by_role("group", name="Attributes 1")
    row.get_by_label("Short code").fill("TIME")
    row.get_by_label("Type").select_option("number")
    row.get_by_label("Default").fill("{")
    assert fits(phone)
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Nothing was saved.")).to_be_visible()
    expect(row.get_by_text("no JSON:")).to_be_visible()
    row.get_by_label("Default").fill("1.5")
    row.get_by_label("Aggregation").select_option("min")
    row.get_by_label("Default").press("Control+End")
    row.get_by_label("Short code").press("Enter")  # saves, whatever buttons come first
    expect(phone.get_by_text(f"{code} was added; preview has it now.")).to_be_visible()
    document = json.loads(ops_server.manage("export_game", GAME.api_key))
    (event,) = [each for each in document["events"] if each["shortCode"] == code]
    assert event["attributes"] == [
        {"shortCode": "TIME", "name": "", "type": "number", "default": 1.5, "aggregation": "min"}
    ]

    phone.get_by_role("link", name=code).click()
    phone.get_by_role("link", name="Delete").click()
    phone.get_by_role("button", name="Delete").click()
    expect(phone.get_by_text(f"{code} was deleted; preview runs without it now.")).to_be_visible()
