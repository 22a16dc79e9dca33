"""The overview in a real browser: what was sent is counted and drawn. After signing in, by hand alone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer
from tests.portal.browser.beside import Beside
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn
from tests.wire_client import WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
_ACCOUNT = """
from datetime import date
from games.models import Stage
from push.models import ProviderAccount
stage = Stage.objects.get(game__api_key={key!r}, name="preview")
ProviderAccount.objects.create(stage=stage, provider="wns", credentials="", expires_on=date({on}))
"""
_GONE = "from push.models import ProviderAccount; ProviderAccount.objects.filter(provider='wns').delete()"


def open_overview(page: Page) -> None:
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("navigation", name="Game", exact=True).get_by_role("link", name="Overview").click()
    expect(page).to_have_title(re.compile("^Overview · "))


def test_a_message_is_counted_and_drawn_without_a_reload(
    portal: LiveServer, signed_in: SignedIn, beside: Beside, player: WireClient
) -> None:
    page = signed_in("viewer")
    open_overview(page)
    beside.run(portal.before_marker(player))
    chart = page.get_by_role("region", name="Messages by class, each minute", exact=True)
    expect(chart.get_by_role("img")).to_have_attribute("aria-label", re.compile("[0-9]+ messages?; most of"))
    expect(chart.locator("canvas")).to_be_visible()
    chart.get_by_text("View as table").press("Enter")
    expect(chart.get_by_role("columnheader", name="Time (UTC)")).to_be_visible()
    check(page)
    page.get_by_role("link", name="24 hours", exact=True).press("Enter")
    expect(page.get_by_role("region", name="Messages by class, each 15 minutes", exact=True)).to_be_visible()
    page.get_by_role("link", name="Pause").press("Enter")
    expect(page.get_by_text("Paused: nothing changes by itself.")).to_be_visible()
    assert page.get_by_role("main").locator("[hx-trigger]").count() == 0
    page.get_by_role("link", name="Push success").press("Enter")
    expect(page).to_have_title(re.compile("^Push log · "))
    expect(page.get_by_label("Outcome")).to_have_value("failed")


def test_a_key_that_expires_in_ten_days_is_warned_of_with_the_way_to_renew_it(
    portal: LiveServer, signed_in: SignedIn
) -> None:
    on = datetime.now(UTC).date() + timedelta(days=10)
    script = _ACCOUNT.format(key=GAME.api_key, on=f"{on.year}, {on.month}, {on.day}")
    portal.manage("shell", "-c", script)
    try:
        page = signed_in("admin")
        open_overview(page)
        needs = page.get_by_role("region", name="Needs attention")
        expect(needs).to_contain_text(f"WNS: Expires in 10 days, on {on}: the credentials.")
        check(page)
        needs.get_by_role("link", name=re.compile("^Renew ")).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("WNS")
    finally:
        portal.manage("shell", "-c", _GONE)


def test_tables_are_there_without_scripts(
    portal: LiveServer, signed_in: SignedIn, beside: Beside, player: WireClient
) -> None:
    beside.run(portal.before_marker(player))
    page = signed_in("viewer", java_script_enabled=False)
    for _ in range(10):  # what was counted is written every few seconds
        open_overview(page)
        chart = page.get_by_role("region", name="Messages by class, each minute", exact=True)
        if chart.get_by_text("View as table").count():
            break
        page.wait_for_timeout(1000)
        page.get_by_role("link", name=re.compile("Flint ?, all games")).click()
    chart.get_by_text("View as table").click()
    expect(chart.get_by_role("row")).to_have_count(61)
