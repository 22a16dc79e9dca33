"""A game document that is downloaded, changed in an editor and uploaded; and a game's settings. By hand."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer, unique
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn

pytestmark = pytest.mark.browser


def follow(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("link", name=name, exact=True).first.press("Enter")


def make_game(page: Page, name: str) -> None:
    follow(page, "New game")
    page.get_by_role("textbox", name="Name").fill(name)
    page.keyboard.press("Enter")
    page.get_by_label("Web", exact=True).press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Make the game").press("Enter")
    expect(page.get_by_role("heading", name="Connect", level=1)).to_be_visible()


def download(page: Page, folder: Path) -> dict[str, Any]:
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the working copy").press("Enter")
    file = folder / "game.json"
    started.value.save_as(file)
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def upload(page: Page, file: Path, name: str) -> None:
    follow(page, "Snapshots", "Upload")
    with page.expect_file_chooser() as opened:
        page.get_by_label("Game document required").click()
    opened.value.set_files(file)
    page.get_by_role("textbox", name="Name required").fill(name)
    page.keyboard.press("Enter")


def working_rows(portal: LiveServer) -> list[dict[str, Any]]:
    """What an upload that is refused must leave alone."""
    return portal.rows("SELECT id, source FROM games_snapshot ORDER BY id")


def test_one_change_in_a_downloaded_document_is_the_one_that_is_listed_and_applied(
    signed_in: SignedIn, tmp_path: Path
) -> None:
    page = signed_in("admin")
    follow(page, "Wire tests", "Snapshots")
    document = download(page, tmp_path)
    title = unique("Changed in a file")
    document["events"][0]["name"] = title
    file, name = tmp_path / "changed.json", unique("From a file")
    file.write_text(json.dumps(document))

    upload(page, file, name)
    expect(page.get_by_text("Nothing has changed yet")).to_be_visible()
    expect(page.get_by_text("differs: Events: 1 changed", exact=True)).to_be_visible()
    check(page)
    follow(page, "Bring into the working copy…")
    section = page.get_by_role("region", name="Events").first
    expect(section.locator("ins").filter(has_text=title)).to_be_visible()
    assert page.locator("section ins").count() == 1
    check(page)
    page.get_by_label(re.compile("^Change the working copy of")).press("Space")
    page.get_by_role("button", name="Change the working copy").press("Enter")
    expect(page.get_by_text(f"The working copy is “{name}” now")).to_be_visible()
    follow(page, "Snapshots", name)
    expect(page.get_by_text("is the same", exact=True)).to_be_visible()

    other = {"format": "flint.game/1", "description": unique("merged")}
    file.write_text(json.dumps(other))  # what it leaves out stays
    upload(page, file, unique("A part"))
    expect(page.get_by_text("differs: Game's description: 1 changed", exact=True)).to_be_visible()


HOSTILE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "of another schema": lambda document: {**document, "format": "other/2"},
    "with a fault": lambda document: {**document, "events": [{"shortCode": "A B"}]},
    "with a path": lambda document: {
        **document,
        "downloadables": [
            {"shortCode": "X", "name": "", "file": {"name": "../x", "sha256": "0" * 64, "size": 1}}
        ],
    },
    "with a script outside": lambda document: {**document, "scripts": {"modules/../x": "var a;"}},
    "no object": lambda document: [document],
}
WORDS = {
    "of another schema": 'format: expected "flint.game/1"',
    "with a fault": "events[0].shortCode: expected letters, digits, _ and -",
    "with a path": "downloadables[0].file.name: ",
    "with a script outside": "scripts",
    "no object": "document: expected a JSON object",
}


def test_a_hostile_document_is_refused_whole_and_said_why(
    portal: LiveServer, signed_in: SignedIn, tmp_path: Path
) -> None:
    page = signed_in("admin")
    follow(page, "Wire tests", "Snapshots")
    document = download(page, tmp_path)
    before = working_rows(portal)
    for what, spoil in HOSTILE.items():
        file = tmp_path / "hostile.json"
        file.write_text(json.dumps(spoil(document)))
        upload(page, file, unique("Hostile"))
        refusal = page.get_by_role("alert")
        expect(refusal).to_contain_text("Not kept.")
        expect(refusal).to_contain_text(WORDS[what])
        assert working_rows(portal) == before, what
    check(page)


def test_a_game_is_renamed_deleted_and_taken_out_of_the_bin(signed_in: SignedIn) -> None:
    page = signed_in("owner")
    name, renamed = unique("Doomed"), unique("Renamed")
    make_game(page, name)
    follow(page, "Game")
    check(page)
    page.get_by_role("textbox", name="Name required").fill(renamed)
    page.get_by_label("Currency 1, Short code").fill("GOLD")
    page.get_by_label("Currency 1, Sign-up bonus").fill("25")
    page.keyboard.press("Control+S")
    expect(page.get_by_text("Saved as version 1; preview runs it now.")).to_be_visible()
    follow(page, "History")
    check(page)
    follow(page, "Game settings")
    page.get_by_role("button", name="Delete…").press("Enter")
    check(page)
    page.get_by_role("textbox", name=re.compile("^Type")).fill(renamed)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{renamed} is in the recycle bin.")).to_be_visible()
    assert page.get_by_role("link", name=renamed, exact=True).count() == 0
    follow(page, "Recycle bin")
    check(page)
    page.get_by_role("button", name=f"Restore {renamed}").press("Enter")
    expect(page.get_by_text(f"{renamed} is back, as it was.")).to_be_visible()
    expect(page.get_by_label("Currency 1, Short code")).to_have_value("GOLD")


def test_live_is_unpublished_by_typing(signed_in: SignedIn) -> None:
    page = signed_in("owner")
    name = unique("Offair")
    make_game(page, name)
    follow(page, "Snapshots")
    key = page.url.split("/g/")[1].split("/")[0]
    page.get_by_label("Name", exact=True).fill("First")
    page.keyboard.press("Enter")
    follow(page, "First", "Publish…")
    page.get_by_label(re.compile("^Type ")).fill(key)
    page.keyboard.press("Enter")
    expect(page.get_by_text("First is live.")).to_be_visible()
    follow(page, "First", "Unpublish…")
    check(page)
    page.get_by_label(re.compile("^Type ")).fill(key)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Live is not published any more.")).to_be_visible()
    check(page)
