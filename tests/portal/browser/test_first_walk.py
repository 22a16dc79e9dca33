"""The first walk: from what the start printed to a player's phone that shows the words one has just written.

Whoever walks has a mouse and a keyboard, and clicks by a Hand, which counts.
"""

import json
import re
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from portal.demo.devices import PLAYED_ON
from tests.portal.browser.portal_server import no_faults
from tests.portal.demo_process import DemoProcess

pytestmark = pytest.mark.browser
SERVED = "\nEND\n"
PATIENCE = 30.0  # seconds, for a step on a machine that is busy with other tests
MOST_CLICKS = 14
MOST_SECONDS = 180.0
WORDS, READ = "À vous les dés, ${challenge.challenger.name} !", "À vous les dés, Pascal !"
DUEL = {
    "@class": ".CreateChallengeRequest",
    "accessType": "PRIVATE",
    "challengeShortCode": "DUEL",
    "endTime": "2099-01-01T00:00Z",
    "usersToChallenge": ["{{p2.playerId}}"],
}
ACCEPT = {"@class": ".AcceptChallengeRequest", "challengeInstanceId": "{{last.challengeInstanceId}}"}


class Hand:
    """On the mouse."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """As `make run PUSH=sim` starts it, once it has printed where to go."""
    started = DemoProcess(tmp_path_factory.mktemp("walk") / "var", "--push", "sim")
    try:
        yield started.wait_for(SERVED)
    finally:
        started.kill()


def printed(demo: DemoProcess, pattern: str) -> str:
    found = re.search(pattern, demo.output)
    assert found is not None, demo.output
    return found[1]


def test_words_that_were_just_written_come_to_the_phone_of_a_player_whose_duel_begins(
    demo: DemoProcess, browser: Browser
) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    hand, began = Hand(), time.monotonic()
    with no_faults(page):
        sign_in(page, demo)
        write(page, hand)
        begin_a_duel(page, hand)
    read_on_the_phone(demo)
    assert hand.clicks <= MOST_CLICKS
    assert time.monotonic() - began <= MOST_SECONDS
    page.close()


def sign_in(page: Page, demo: DemoProcess) -> None:
    page.goto(printed(demo, r"Portal +(\S+)"))
    expect(page.get_by_label("E-mail or user name")).to_be_focused()
    page.keyboard.type(printed(demo, r"user (\S+), password"))
    page.keyboard.press("Tab")
    page.keyboard.type(printed(demo, r"user \S+, password (\S+)"))
    page.keyboard.press("Enter")
    expect(page).to_have_title("Games · Flint")


def write(page: Page, hand: Hand) -> None:
    """Other words for players in France, of whom Pascal is one."""
    hand.click(page.get_by_role("link", name="Duel of Dice"))
    hand.click(page.get_by_role("link", name="ChallengeStartedMessage", exact=True))
    expect(page.locator("[data-part=state]")).to_contain_text("Rendered by the server")
    french = page.get_by_role("listitem").filter(has_text="FRENCH")
    words = french.get_by_role("textbox", name="Message", exact=True)
    hand.click(words)
    words.fill(WORDS)
    hand.click(page.get_by_role("button", name="Save", exact=True).last)
    expect(page.get_by_text(re.compile(r"Saved as version \d+;"))).to_be_visible()


def begin_a_duel(page: Page, hand: Hand) -> None:
    """Pascal challenges Anna and leaves; she accepts."""
    hand.click(page.get_by_role("link", name="Test harness"))
    pascal = panel(page, 1)
    join(page, hand, pascal, "pascal")
    hand.click(page.get_by_role("button", name="Add a player"))
    anna = panel(page, 2)
    join(page, hand, anna, "anna")
    send(hand, pascal, DUEL)
    expect(messages(anna, "ChallengeIssuedMessage")).to_have_count(1)
    hand.click(pascal.get_by_role("button", name="Disconnect"))
    expect(pascal.get_by_role("status").first).to_contain_text("Not connected")
    send(hand, anna, ACCEPT)
    expect(messages(anna, "ChallengeStartedMessage")).to_have_count(1)


def panel(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=f"Player {number}", exact=True)


def join(page: Page, hand: Hand, player: Locator, name: str) -> None:
    hand.click(player.get_by_label("As of player"))
    for key in ("ArrowDown", "Enter", "Tab"):  # the second, "This player", and on to who that is
        page.keyboard.press(key)
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(player.get_by_role("status").first).to_contain_text(re.compile("as player [0-9a-f]{24}"))


def send(hand: Hand, player: Locator, request: object) -> None:
    field = player.get_by_label("Request of player")
    hand.click(field)
    field.fill(json.dumps(request))
    field.press("Control+Enter")


def messages(player: Locator, name: str) -> Locator:
    return (
        player.get_by_role("log").get_by_role("listitem").filter(has_text="◆ Message").filter(has_text=name)
    )


def read_on_the_phone(demo: DemoProcess) -> None:
    """What the simulated service delivered to Pascal's last: each time one looks, it is asked anew."""
    delivered = printed(demo, r"Pushes +(\S+)") + f"?service=apns&token={PLAYED_ON['phone'].token}"
    alert: dict[str, str] = {}
    looked_until = time.monotonic() + PATIENCE
    while alert.get("body") != READ:
        with urllib.request.urlopen(delivered, timeout=PATIENCE) as answer:
            alert = json.load(answer)[-1]["payload"]["aps"]["alert"]
        assert time.monotonic() < looked_until, alert
    assert alert == {"title": "Le duel commence", "body": READ}
