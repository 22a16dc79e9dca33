"""Developers shape messages in a real browser: after signing in, by mouse and keyboard alone."""

import json
import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.live_server import LiveServer
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn

pytestmark = pytest.mark.browser


def open_messages(page: Page) -> None:
    page.get_by_role("link", name="Wire tests").click()
    expect(page).to_have_title(re.compile("^Messages · "))


def open_editor(page: Page, name: str, scripts: bool = True) -> None:
    """Until its scripts have put their editors in the places of the fields, where there are `scripts`."""
    open_messages(page)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    if scripts:
        expect(page.locator("[data-part=state]")).to_contain_text("Rendered by the server")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def saved(page: Page, version: int) -> None:
    expect(page.get_by_text(f"Saved as version {version};")).to_be_visible()


def test_a_switch_is_flipped_by_space_and_undone(portal: LiveServer, signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_messages(page)
    check(page)
    page.get_by_role("link", name="ChallengeDrawnMessage").focus()
    press(page, "ArrowRight", "ArrowRight", *["ArrowDown"] * 2, *["ArrowUp"] * 2, "Space")
    switch = page.get_by_role("switch", name="Send ChallengeDrawnMessage as push", exact=True)
    expect(switch).not_to_be_checked()
    expect(switch).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("ChallengeDrawnMessage: Push is off now.")
    page.reload()
    expect(switch).not_to_be_checked()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Undone: ChallengeDrawnMessage.")).to_be_visible()
    expect(switch).to_be_checked()
    kept = portal.rows(
        "SELECT detail FROM games_auditentry WHERE target = 'ChallengeDrawnMessage' ORDER BY id"
    )
    notes = [
        json.loads(row["detail"])["note"] if isinstance(row["detail"], str) else row["detail"]["note"]
        for row in kept
    ]
    assert notes == ["", "Undid version 1"]
    page.set_viewport_size({"width": 360, "height": 740})
    check(page)


def test_a_text_is_refused_with_its_position_warned_about_and_kept_as_a_draft(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_editor(page, "ChallengeStartedMessage")
    check(page)
    title = page.get_by_label("Title", exact=True).first
    title.fill("${challenge.name")
    press(page, "Control+S")
    faults = page.get_by_role("alert")
    expect(faults).to_contain_text("line 1, column")
    expect(faults).to_be_focused()
    check(page)
    press(page, "Tab", "Enter")
    expect(title).to_be_focused()
    title.fill("${chalenge.name}")
    press(page, "Control+S")
    saved(page, 1)
    expect(page.get_by_text("did you mean `challenge`?").first).to_be_visible()
    title.fill("Not saved yet")
    expect(page).to_have_title(re.compile("^● "))
    page.get_by_role("link", name="Message trace").click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    expect(dialog).to_be_visible()
    check(page)
    dialog.get_by_role("button", name="Stay").press("Enter")
    expect(title).to_have_text("Not saved yet")
    asked: list[str] = []

    def accept(each: Dialog) -> None:
        asked.append(each.type)
        each.accept()

    page.on("dialog", accept)
    page.reload()
    expect(page.get_by_text("was kept in this tab")).to_be_visible()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Restore the draft").click()
    expect(title).to_have_text("Not saved yet")
    press(page, "Control+S")
    saved(page, 2)
    open_table(page)
    expect(page.get_by_role("row", name=re.compile("^Choose ChallengeStartedMessage"))).not_to_contain_text(
        "warning"
    )


def open_table(page: Page) -> None:
    page.get_by_role("link", name="Messages", exact=True).first.click()
    expect(page).to_have_title(re.compile("^Messages · "))


def test_variants_are_moved_by_keys_and_dragged(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    open_editor(page, "TeamChatMessage")
    for name in ("French", "German", "Spanish"):
        page.get_by_role("button", name="Add a variant").click()
        press(page, "Tab", "Tab", "Enter")
        row = page.locator("[data-variant-row]").last
        row.get_by_text("A query of its own", exact=True).click()
        row.get_by_label("Or a query of its own").fill(json.dumps({"segment": "LANGUAGE", "is": name}))
        row.get_by_label("Title", exact=True).fill(name)
    names = page.locator("[data-variant-row]").get_by_label("Title", exact=True)
    names.last.focus()
    press(page, "Alt+ArrowUp")
    expect(page.locator("#moved")).to_have_text("own query, moved to 2 of 3")
    press(page, "Control+S")
    saved(page, 1)
    titles(page, "French", "Spanish", "German")
    page.get_by_role("button", name="Move variant 2 up").press("Enter")
    press(page, "Control+S")
    saved(page, 2)
    titles(page, "Spanish", "French", "German")
    page.locator(".handle").first.hover()
    page.mouse.down()
    last = page.locator(".handle").last.bounding_box()
    assert last is not None
    page.mouse.move(last["x"] + 8, last["y"] + 400, steps=8)
    page.mouse.up()
    titles(page, "French", "German", "Spanish")
    press(page, "Control+S")
    saved(page, 3)
    titles(page, "French", "German", "Spanish")
    check(page)


def titles(page: Page, *names: str) -> None:
    for index, name in enumerate(names):
        expect(page.locator("[data-variant-row]").get_by_label("Title", exact=True).nth(index)).to_have_text(
            name
        )


def test_two_people_at_one_message_lose_nothing(signed_in: SignedIn) -> None:
    mine, theirs = signed_in("editor"), signed_in("admin")
    for page in (mine, theirs):
        open_editor(page, "MatchFoundMessage")
    theirs.get_by_label("Title", exact=True).first.fill("Theirs")
    press(theirs, "Control+S")
    saved(theirs, 1)
    mine.get_by_label("Title", exact=True).first.fill("Mine")
    mine.get_by_label("Subtitle", exact=True).first.fill("Mine alone")
    press(mine, "Control+S")
    alert = mine.get_by_role("alert")
    expect(alert).to_contain_text("Somebody saved this message while you edited it")
    check(mine)
    alert.get_by_label("Keep mine").check()
    alert.get_by_role("button", name="Save this").click()
    saved(mine, 2)
    mine.get_by_role("link", name="History").click()
    expect(mine.get_by_role("row", name=re.compile("Title Theirs Mine"))).to_be_visible()
    check(mine)
    mine.get_by_role("button", name="Restore version 1").click()
    expect(mine.get_by_text("Restored version 1; it is version 3 now.")).to_be_visible()
    mine.get_by_role("radio", name="From version 1", exact=True).check()
    mine.get_by_role("radio", name="To version 3", exact=True).check()
    mine.get_by_role("button", name="Compare").click()
    expect(mine.get_by_text("They are the same.")).to_be_visible()
    mine.get_by_role("link", name="Translations").click()
    check(mine)


def test_messages_are_edited_without_javascript(signed_in: SignedIn) -> None:
    page = signed_in("owner", java_script_enabled=False)
    open_editor(page, "UploadCompleteMessage", scripts=False)
    page.get_by_label("Title", exact=True).first.fill("It has arrived")
    page.get_by_role("button", name="Add a variant").click()
    expect(page.get_by_label("Title", exact=True).first).to_have_value("It has arrived")
    page.get_by_role("checkbox", name="Remove variant").check()
    page.get_by_role("button", name="Save", exact=True).last.click()
    saved(page, 1)
    open_table(page)
    row = page.get_by_role("row", name=re.compile("UploadCompleteMessage"))
    row.get_by_role("switch", name="Send UploadCompleteMessage over the socket").click()
    expect(page.get_by_text("UploadCompleteMessage: Socket is off now.")).to_be_visible()
    page.get_by_role("link", name="Message trace").click()
    expect(page).to_have_title(re.compile("^Message trace · "))
