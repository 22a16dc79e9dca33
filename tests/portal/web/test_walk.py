"""A developer's walk through the portal in a real browser: what the demo's story sent is traced."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live_database import LiveDatabase
from tests.portal.browser.checks import check, check_accessible
from tests.portal.demo_process import DemoProcess

pytestmark = pytest.mark.browser
HOSTILE = '"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def demo(migrated_database: LiveDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """After its story, of which one player has a name that attacks."""
    folder = tmp_path_factory.mktemp("portal") / "var"
    migrated_database.copy_to(folder)
    process = DemoProcess(folder)
    try:
        process.wait_for("Flint serves")
        change = f"Player.objects.filter(user_name='pascal').update(display_name={HOSTILE + chr(0x202E)!r})"
        process.manage("shell", "-c", f"from players.models import Player; {change}")
        yield process
    finally:
        process.kill()


@pytest.fixture
def developer(page: Page) -> Iterator[Page]:
    """No page may raise an error, open a dialog or want what the policy refuses."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    yield page
    assert [fault for fault in faults if "the server responded with a status of 404" not in fault] == []


def sign_in(page: Page, demo: DemoProcess) -> None:
    page.goto(f"http://127.0.0.1:{demo.port}/")
    expect(page).to_have_title("Sign in · Flint")
    page.keyboard.type(demo.details["admin"]["userName"])  # the field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(demo.details["admin"]["password"])
    page.keyboard.press("Enter")
    expect(page).to_have_title("Games · Flint")


def test_developer_traces_what_the_story_sent_by_keyboard(demo: DemoProcess, developer: Page) -> None:
    developer.goto(f"http://127.0.0.1:{demo.port}/login/")
    check(developer)
    sign_in(developer, demo)
    check(developer)
    developer.get_by_role("link", name="Duel of Dice").press("Enter")
    expect(developer).to_have_title("Messages · Duel of Dice")
    developer.get_by_role("link", name="Message trace").press("Enter")
    expect(developer).to_have_title("Message trace · Duel of Dice")
    check(developer)

    developer.get_by_label("Player").fill("pascal")
    developer.keyboard.press("Tab")
    developer.keyboard.type("ChallengeIssuedMessage")
    developer.keyboard.press("Enter")
    answer = developer.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("ChallengeIssuedMessage for ")
    expect(answer).to_contain_text("The player's client has it.")
    expect(answer.locator(".steps")).to_contain_text("created by CreateChallengeRequest of ")
    expect(answer.get_by_role("region", name="Push attempts")).to_contain_text("sandbox")
    expect(answer.get_by_role("region", name="Document")).to_contain_text(
        '"@class": ".ChallengeIssuedMessage"'
    )
    shown = answer.locator(".sentence bdi")
    expect(shown).to_have_text(HOSTILE + chr(0x202E))
    assert shown.evaluate("each => each.children.length") == 0
    check(developer)

    developer.get_by_role("navigation", name="Stage").get_by_role("link", name="LIVE").press("Enter")
    expect(developer).to_have_title("Message trace · Duel of Dice · LIVE")
    expect(developer.get_by_role("region", name="Answer")).to_contain_text("This is on preview, not on live.")
    check(developer)
    developer.get_by_role("link", name="Trace it on preview").press("Enter")
    expect(developer.get_by_role("region", name="Answer")).to_contain_text("The player's client has it.")


def test_first_key_leads_past_the_navigation(demo: DemoProcess, developer: Page) -> None:
    sign_in(developer, demo)
    developer.get_by_role("link", name="Duel of Dice").click()
    developer.get_by_role("link", name="Message trace").click()
    expect(developer).to_have_title("Message trace · Duel of Dice")
    developer.keyboard.press("Tab")
    skip = developer.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    developer.keyboard.press("Enter")
    developer.keyboard.press("Tab")
    expect(developer.get_by_label("Message id")).to_be_focused()


def test_navigation_is_a_dialog_on_a_phone(demo: DemoProcess, developer: Page) -> None:
    developer.set_viewport_size({"width": 360, "height": 740})
    sign_in(developer, demo)
    developer.get_by_role("link", name="Duel of Dice").click()
    menu = developer.get_by_role("dialog", name="Menu")
    expect(menu).to_be_hidden()
    developer.get_by_role("button", name="Menu").press("Enter")
    expect(menu.get_by_role("link", name="Message trace")).to_be_visible()
    check_accessible(developer)
    developer.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(developer.get_by_role("button", name="Menu")).to_be_focused()
    developer.get_by_role("button", name="Menu").click()
    menu.get_by_role("button", name="Sign out").click()
    expect(developer).to_have_title("Sign in · Flint")


def test_everything_works_without_javascript(demo: DemoProcess, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, demo)
    page.get_by_role("link", name="Duel of Dice").click()
    page.get_by_role("link", name="Message trace").click()
    page.get_by_role("link", name="SocialRankChangedMessage").click()
    expect(page.get_by_role("region", name="Answer")).to_contain_text("What happened")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sign in · Flint")
    context.close()
