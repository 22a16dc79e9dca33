"""The test harness in a real browser: sockets of players, arrays, scenarios. After signing in, a mouse and a
keyboard."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live_server import LiveServer, unique
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn

pytestmark = pytest.mark.browser
SOON = 1.0  # seconds


def open_harness(page: Page) -> None:
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name="Test harness").click()
    expect(page.get_by_role("heading", name="Test harness", level=1)).to_be_visible()


def player(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=f"Player {number}", exact=True)


def connect(panel: Locator, who: str = "A new player") -> None:
    panel.get_by_label("As of player").select_option(who)
    panel.get_by_role("button", name="Connect", exact=True).press("Enter")
    expect(panel.get_by_role("status").first).to_contain_text("Connected")


def send(panel: Locator, document: object) -> None:
    panel.get_by_label("Request of player").fill(json.dumps(document))
    panel.get_by_label("Request of player").press("Control+Enter")


def frames(panel: Locator, words: str) -> Locator:
    return panel.get_by_role("log").get_by_role("listitem").filter(has_text=words)


def shown_at(frame: Locator) -> float:
    """The time that a frame's row says, in seconds of the day."""
    clock = frame.locator(".wire-frame-part-when").inner_text().rpartition(" ")[2]
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def register(panel: Locator, name: str) -> None:
    fields = {"userName": name, "password": "secret", "displayName": name}
    send(panel, {"@class": ".RegistrationRequest", **fields})
    expect(frames(panel, "▼ Response").filter(has_text="RegistrationResponse")).to_have_count(1)


def test_two_players_send_are_recorded_and_replayed(portal: LiveServer, signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_harness(page)
    check(page)
    one = player(page, 1)
    connect(one, "Nobody yet")
    name = unique("hal")
    register(one, name)
    page.get_by_role("button", name="Add a player").press("Enter")
    two = player(page, 2)
    connect(two)
    expect(two.get_by_role("status").first).to_contain_text(re.compile("as .* [0-9a-f]{24}"))

    page.get_by_role("button", name="Record").press("Enter")
    log_in = {"@class": ".AuthenticationRequest", "userName": name, "password": "secret"}
    send(one, [log_in, {"@class": ".AccountDetailsRequest"}])
    for answer in ("AuthenticationResponse", "AccountDetailsResponse"):
        paired = frames(one, "▼ Response").filter(has_text=answer)
        expect(paired).to_have_count(1)
        expect(paired).to_contain_text(re.compile(r"\d+ ms · \d+ B"))
    expect(frames(one, "▲ Sent").filter(has_text="AccountDetailsRequest")).to_have_count(1)
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_text("4 steps")).to_be_visible()
    scenario = unique("log in ")
    page.get_by_label("Name of the recording").fill(scenario)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved with the game.")).to_be_visible()
    page.get_by_role("button", name="Replay").press("Enter")
    expect(page.get_by_text("✔ Passed: all 4 steps.")).to_be_visible()
    expect(page.get_by_text("✔ player 1 got .AccountDetailsResponse")).to_be_visible()
    check(page)

    one.get_by_role("button", name="Disconnect").press("Enter")
    expect(one.get_by_role("status").first).to_contain_text("Not connected")
    page.get_by_role("button", name="Replay").press("Enter")
    expect(page.get_by_text("✖ Failed at step 1 of 4.")).to_be_visible()
    expect(page.get_by_text("player 1 is not connected")).to_be_visible()
    rows = portal.rows(f"SELECT steps FROM games_harnessscenario WHERE name = '{scenario}'")
    assert len(rows) == 1


def test_a_challenge_reaches_the_other_player_in_its_panel(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_harness(page)
    one = player(page, 1)
    connect(one)
    page.get_by_role("button", name="Add a player").press("Enter")
    two = player(page, 2)
    connect(two)
    expect(two.get_by_role("status").first).to_contain_text(re.compile("[0-9a-f]{24}"))
    send(
        one,
        {
            "@class": ".CreateChallengeRequest",
            "accessType": "PRIVATE",
            "challengeShortCode": "SC1",
            "endTime": "2099-01-01T00:00Z",
            "usersToChallenge": ["{{p2.playerId}}"],
        },
    )
    expect(frames(one, "▼ Response").filter(has_text="CreateChallengeResponse")).to_have_count(1)
    issued = frames(two, "◆ Message").filter(has_text="ChallengeIssuedMessage")
    expect(issued).to_have_count(1)
    sent = frames(one, "▲ Sent").filter(has_text="CreateChallengeRequest")
    assert 0 <= shown_at(issued) - shown_at(sent) <= SOON
    issued.locator("summary").press("Enter")
    expect(issued.locator("pre")).to_contain_text('"@class": ".ChallengeIssuedMessage"')
    expect(issued.get_by_role("link", name="Trace")).to_be_visible()
    expect(page.get_by_text("1 new message")).to_be_attached()
    accept = {"@class": ".AcceptChallengeRequest", "challengeInstanceId": "{{last.challengeInstanceId}}"}
    send(two, accept)  # the id came to the other player alone
    for panel in (one, two):
        expect(frames(panel, "◆ Message").filter(has_text="ChallengeStartedMessage")).to_have_count(1)


def test_faults_are_words(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_harness(page)
    one = player(page, 1)
    send(one, {"@class": ".AccountDetailsRequest"})
    expect(one.get_by_role("alert")).to_have_text("Connect first.")
    one.get_by_label("As of player").select_option("This player")
    one.get_by_label("Player of player").fill("nobody at all")
    one.get_by_role("button", name="Connect", exact=True).press("Enter")
    expect(one.get_by_role("status").first).to_contain_text(
        "No player of this stage has this id or user name."
    )
    connect(one, "Nobody yet")
    one.get_by_label("Request of player").fill("{")
    page.keyboard.press("Control+Enter")
    expect(one.get_by_role("alert")).to_contain_text("JSON")
    send(one, {"@class": ".GetChallengeRequest", "challengeInstanceId": "{{p3.playerId}}"})
    expect(one.get_by_role("alert")).to_have_text("{{p3.playerId}} has no value yet.")
    send(one, {"@class": ".AccountDetailsRequest"})
    expect(frames(one, "✖ Error").filter(has_text="AccountDetailsResponse")).to_have_count(1)


def test_the_picker_filters_and_fills_in(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_harness(page)
    page.get_by_role("searchbox", name="Requests").press_sequentially("sendfriendm")
    page.keyboard.press("Enter")
    editor = player(page, 1).get_by_label("Request of player")
    expect(editor).to_be_focused()
    expect(editor).to_have_value(re.compile('"@class": ".SendFriendMessageRequest"'))
    expect(page.get_by_role("region", name="Fields")).to_contain_text("friendIds string[], required")
    page.set_viewport_size({"width": 360, "height": 740})
    check(page)


def test_live_asks_once(portal: LiveServer, signed_in: SignedIn) -> None:
    page = signed_in("admin")
    open_harness(page)
    page.get_by_role("link", name="LIVE").click()
    one = player(page, 1)
    one.get_by_role("button", name="Connect", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Stay")).to_be_focused()
    check(page)
    page.keyboard.press("Enter")
    expect(one.get_by_role("status").first).to_contain_text("Not connected")
    one.get_by_role("button", name="Connect", exact=True).press("Enter")
    page.get_by_role("button", name="Connect to LIVE").press("Enter")
    expect(one.get_by_role("status").first).to_contain_text("Connected")
    one.get_by_role("button", name="Disconnect").press("Enter")
    connect(one)
