"""The overview in a real browser: what was sent is counted and drawn. After signing in, by hand alone."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from benchmarks.budgets.limits import SHIFT
from benchmarks.budgets.looking import look, watched
from tests.live_server import LiveServer
from tests.portal.browser.beside import Beside
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn
from tests.wire_client import WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
MEMBERS = [f"{GAME.api_key}-{role}@example.org" for role in ("admin", "editor", "owner", "viewer")]


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
    today = datetime.now(UTC).date().isoformat()
    page.get_by_label("From", exact=True).fill(today)
    page.get_by_label("to", exact=True).fill(today)
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_role("region", name="Messages by class, each hour", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Compare with the day before")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Pause").press("Enter")
    expect(page.get_by_text("Paused: nothing changes by itself.")).to_be_visible()
    assert page.get_by_role("main").locator("[hx-trigger]").count() == 0
    page.get_by_role("link", name="Push success").press("Enter")
    expect(page).to_have_title(re.compile("^Push log · "))
    expect(page.get_by_label("Outcome")).to_have_value("failed")


def test_nothing_moves_when_the_charts_are_drawn(
    portal: LiveServer, signed_in: SignedIn, beside: Beside, player: WireClient
) -> None:
    page = signed_in("viewer")
    open_overview(page)
    beside.run(portal.before_marker(player))
    expect(page.locator("canvas").first).to_be_visible()
    new = signed_in("viewer", locale="en-GB")  # a browser that has none of the scripts yet
    assert look(watched(new.context, "overview"), page.url).shift <= SHIFT


@pytest.fixture
def without_accounts(portal: LiveServer) -> Iterator[None]:
    """Afterwards the stage has no account that the test adds."""
    yield
    for provider in ("adm", "wns"):
        portal.manage("push_account", GAME.api_key, "preview", provider, "--delete")


def add_account(page: Page, provider: str, name_field: str, name: str, ends: date) -> None:
    page.get_by_role("navigation", name="Game", exact=True).get_by_role(
        "link", name="Push", exact=True
    ).click()
    page.get_by_role("link", name=provider, exact=True).click()
    page.get_by_label(name_field).fill(name)
    page.get_by_label("Client secret").fill("a secret of the provider")
    page.get_by_label("Credentials end on").fill(ends.isoformat())
    page.get_by_role("button", name="Add the credentials").press("Enter")
    expect(page.get_by_text("The credentials are stored.")).to_be_visible()


def mails_of(server: LiveServer, provider: str) -> list[str]:
    """Whom of the members the console shows a mail about that provider to. Other tests invite more people."""
    found = re.findall(
        r"^To: (\S+)$(?:(?!^To: ).)*?^(\w+): Expires in", server.log(), re.MULTILINE | re.DOTALL
    )
    return sorted(address for address, named in found if named == provider and address in MEMBERS)


def until_mails(server: LiveServer, page: Page, provider: str) -> list[str]:
    for _ in range(60):  # a worker looks every few seconds
        if len(found := mails_of(server, provider)) >= len(MEMBERS):
            return found
        page.wait_for_timeout(500)
    return mails_of(server, provider)


def test_a_key_that_expires_in_ten_days_is_warned_of_with_the_way_to_renew_it_and_mailed_once(
    portal: LiveServer, signed_in: SignedIn, without_accounts: None
) -> None:
    on = datetime.now(UTC).date() + timedelta(days=10)
    page = signed_in("admin")
    open_overview(page)
    add_account(page, "WNS", "Package SID", "ms-app://s-1-15-2-1", on)
    page.get_by_role("navigation", name="Game", exact=True).get_by_role("link", name="Overview").click()
    needs = page.get_by_role("region", name="Needs attention")
    expect(needs).to_contain_text(f"WNS: Expires in 10 days, on {on}: the credentials.")
    check(page)
    needs.get_by_role("link", name=re.compile("^Renew ")).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("WNS")

    assert until_mails(portal, page, "WNS") == MEMBERS
    # Set again, it is looked at again, and the mail about another one is only sent afterwards.
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("credentials")
    add_account(page, "ADM", "Client id", "amzn1.application-oa2-client.1", on)
    assert until_mails(portal, page, "ADM") == MEMBERS
    assert mails_of(portal, "WNS") == MEMBERS
    assert "a secret of the provider" not in portal.log()


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
