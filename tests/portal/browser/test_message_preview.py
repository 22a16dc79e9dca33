"""The message editor's scripts in a real browser: completion, problems, bytes, devices, replay, tests.

After signing in, tests have a mouse and a keyboard.
"""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from messaging.stress import NAMES
from push.sim.simulator import Simulator
from tests.live_server import LiveServer
from tests.portal.browser.beside import Beside
from tests.portal.browser.checks import check, check_accessible
from tests.portal.browser.conftest import SignedIn
from tests.wire_client import WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
SOON = 500  # ms


def open_editor(page: Page, name: str) -> None:
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(state(page)).to_contain_text("Rendered by the server")


def state(page: Page) -> Locator:
    return page.locator("[data-part=state]")


def title(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Title", exact=True).first


def write(page: Page, field: Locator, text: str) -> None:
    field.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_fields_are_completed_previewed_and_misspelt_ones_underlined(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_editor(page, "ChallengeStartedMessage")
    field, shown = title(page), page.get_by_role("img", name="iOS lock screen")
    write(page, field, "${cha")
    expect(page.get_by_role("listbox")).to_be_visible()
    offered = page.locator(".cm-tooltip-autocomplete [role=option]")
    names = offered.all_inner_texts()
    assert any("challenge.challenger.name" in name for name in names)
    page.keyboard.type("llenge.challenger.name")
    expect(offered.first).to_contain_text("challenge.challenger.name")
    page.wait_for_timeout(150)  # so long the list takes no key, lest it take one that was meant for the text
    page.keyboard.press("Enter")
    expect(field).to_have_text("${challenge.challenger.name}")
    expect(shown).to_have_accessible_name(re.compile("^iOS lock screen: Ada"), timeout=SOON * 4)

    page.keyboard.type(" ${chalenge.x}")
    underlined = page.locator(".cm-lintRange-warning")
    expect(underlined).to_have_text("chalenge")
    words = "`chalenge` is not a field of this message; did you mean `challenge`?"
    expect(page.get_by_text(words, exact=False).first).to_be_visible()
    page.keyboard.press("F8")
    check(page)

    page.keyboard.press("End")
    page.keyboard.type(" ${")
    expect(state(page)).to_contain_text("The preview is the last good one. line 1, column")
    expect(shown).to_have_accessible_name(re.compile("^iOS lock screen: Ada"))
    for _ in range(3):
        page.keyboard.press("Backspace")
    expect(state(page)).to_contain_text("Rendered by the server")


def test_devices_show_what_is_typed_under_stress(signed_in: SignedIn) -> None:
    page = signed_in("viewer")
    open_editor(page, "FriendMessage")
    page.get_by_label("Names", exact=True).select_option("long")
    page.get_by_role("tab", name="iOS").focus()
    devices = {"Android": "Android, expanded", "Windows": "Windows toast", "Web": "Web notification"}
    for tab, name in devices.items():
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=tab)).to_be_focused()
        expect(page.get_by_role("img", name=name)).to_be_visible()
    page.keyboard.press("ArrowRight")
    document = page.get_by_role("region", name="The message as the game gets it")
    expect(document).to_contain_text(f'"who": "{"W" * 40}"')
    page.get_by_label("Device", exact=True).select_option("dark")
    for each in page.get_by_role("tab").all():
        each.click()
        check_accessible(page)
    assert page.get_by_role("button", name="Send test").count() == 0
    assert page.get_by_role("button", name="Replay").count() == 0


def test_customised_payload_is_counted_to_the_byte(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_editor(page, "FriendMessage")
    page.get_by_text("Provider JSON").click()
    page.get_by_label("Names", exact=True).select_option("emoji")
    page.get_by_role("button", name="Customise").first.click()
    editor = page.get_by_role("textbox", name="iOS", exact=True)
    meter = page.locator(".bytes").first
    write(page, editor, '{"aps": {}, "x": "${who}')  # the brackets that are opened close by themselves
    sent = f'{{"aps":{{}},"x":"{NAMES["emoji"]}","messageId":"{"0" * 24}","class":"FriendMessage"}}'
    size = len(sent.encode())
    expect(meter).to_contain_text(f"{size} of 4,096 bytes")
    page.keyboard.insert_text("x" * (4096 - size))
    expect(meter).to_contain_text("4,096 of 4,096 bytes")
    expect(meter).to_have_attribute("data-state", "near")
    page.keyboard.type("x")
    expect(meter).to_contain_text("4,097 of 4,096 bytes")
    expect(meter).to_have_attribute("data-state", "over")
    expect(meter).to_contain_text("the payload built from the texts is sent instead.")
    check_accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Format").first).to_be_focused()


def test_test_message_reaches_a_player_online_and_its_trace_follows(
    signed_in: SignedIn, player: WireClient, name: str, beside: Beside
) -> None:
    page = signed_in("editor")
    open_editor(page, "FriendMessage")
    answer = send_test(page, name)
    sent = time.monotonic()
    message = beside.run(player.expect_message("FriendMessage"))
    assert time.monotonic() - sent < 5
    assert (message["who"], message["message"]) == ("Ada", "See you at eight?")
    expect(answer).to_contain_text("The player's client has it.")
    expect(answer).to_contain_text('"><img src=x onerror=alert(1)>')
    assert answer.locator("img").count() == 0
    expect(answer).to_contain_text("a test message, which is not counted")
    check_accessible(page)


def send_test(page: Page, name: str) -> Locator:
    page.get_by_label("To player", exact=True).fill(name)
    page.keyboard.press("Control+Enter")
    return page.get_by_role("region", name="Trace of the test message")


def test_test_message_to_a_player_away_is_pushed_then_delivered(
    portal: LiveServer,
    signed_in: SignedIn,
    player: WireClient,
    name: str,
    beside: Beside,
    tmp_path: Path,
) -> None:
    token = "a" * 64
    beside.run(player.request("PushRegistrationRequest", deviceOS="IOS", pushId=token))
    beside.run(player.close())
    simulator = beside.run(Simulator(tmp_path).__aenter__())
    try:
        document = tmp_path / "apns.json"
        document.write_text(json.dumps(simulator.account("apns")))
        portal.manage("push_account", GAME.api_key, "preview", "apns", str(document))
        page = signed_in("editor")
        open_editor(page, "FriendMessage")
        answer = send_test(page, name)
        expect(answer).to_contain_text("A push was accepted for the player's devices")
        expect(answer).to_contain_text("decided on: the player was away; devices ios;")
        (pushed,) = simulator.delivered("apns")
        assert pushed["payload"]["class"] == "FriendMessage"
        (attempt,) = portal.rows(f"SELECT code FROM push_pushattempt WHERE player_id = '{player.user_id}'")
        assert attempt["code"] == "sent"
        again = beside.run(portal.connect())
        beside.run(again.log_in(name))
        beside.run(again.expect_message("FriendMessage"))
        expect(answer).to_contain_text("The player's client has it.")
        beside.run(again.close())
        assert portal.rows("SELECT * FROM push_pushcount") == []
    finally:
        portal.manage("push_account", GAME.api_key, "preview", "apns", "--delete")
        beside.run(simulator.__aexit__(None, None, None))


def test_trace_names_the_restriction_that_kept_a_push_back(
    signed_in: SignedIn, player: WireClient, name: str, beside: Beside
) -> None:
    beside.run(player.request("PushRegistrationRequest", deviceOS="IOS", pushId="b" * 64))
    beside.run(player.close())
    page = signed_in("editor")
    open_editor(page, "AchievementEarnedMessage")
    page.get_by_label("android", exact=True).check()
    page.keyboard.press("Control+S")
    expect(page.get_by_text("Saved as version 1;")).to_be_visible()
    answer = send_test(page, name)
    words = "Not pushed: the only device was an ios device and this message is restricted to android."
    expect(answer).to_contain_text(words)
    answer.get_by_role("link", name="The whole trace").click()
    expect(page.get_by_role("region", name="Answer")).to_contain_text(words)
    check(page)


def test_replay_shows_what_the_draft_changes(
    signed_in: SignedIn, portal: LiveServer, player: WireClient, beside: Beside
) -> None:
    sent: dict[str, Any] = {"playerIds": [player.user_id], "extCode": "FLINT_FRIEND_INVITE", "data": {"n": 1}}
    beside.run(portal.rest("SendMessageRequest", **sent))
    page = signed_in("editor")
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name="Extensions").first.click()
    page.get_by_role("link", name="FLINT_FRIEND_INVITE").click()
    expect(state(page)).to_contain_text("Rendered by the server")
    write(page, page.get_by_role("textbox", name="Message", exact=True).first, "No. ${data.n} ${data.m}")
    page.get_by_text("Replay the last messages").click()
    page.get_by_role("button", name="Replay").press("Enter")
    replayed = page.get_by_role("region", name="Replay")
    expect(replayed).to_contain_text("1 of the last 1 would read differently; 1 lacks a field")
    expect(replayed.locator("ins").first).to_be_visible()
    expect(replayed).to_contain_text('"data.m" is not in the message')
    check_accessible(page)
