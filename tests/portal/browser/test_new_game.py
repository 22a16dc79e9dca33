"""A developer makes a game and connects to it with the code that the page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn
from tests.push.second import node

pytestmark = pytest.mark.browser
PATIENCE = 30  # seconds


def make_game(page: Page, name: str) -> None:
    """By the keyboard."""
    page.get_by_role("link", name="New game").or_(
        page.get_by_role("link", name="Create your first game")
    ).press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    check(page)
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.get_by_label("Web", exact=True).press("Space")
    check(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Push credentials")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Make the game").press("Enter")
    expect(page.get_by_role("heading", name="Connect", level=1)).to_be_visible()


def code_of(page: Page, label: str) -> str:
    part = page.locator("details.snippet", has=page.get_by_text(label, exact=True))
    if part.get_attribute("open") is None:
        part.locator("summary").press("Enter")
    code = part.locator("pre").text_content()
    assert code
    return code


def until(program: list[str], wanted: str, env: dict[str, str] | None = None) -> str:
    """What the program prints up to a line with what is wanted."""
    process = subprocess.Popen(
        ["timeout", str(PATIENCE), *program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        text=True,
    )
    assert process.stdout
    printed = ""
    with process:
        for line in process.stdout:
            printed += line
            if wanted in line:
                process.terminate()
                return printed
    raise AssertionError(printed)


def test_a_developer_makes_a_game_and_its_code_connects(signed_in: SignedIn, tmp_path: Path) -> None:
    page = signed_in("outsider")
    expect(page.get_by_text("You work on no game yet.")).to_be_visible()
    make_game(page, "Rockets & more")
    check(page)
    box = page.get_by_role("region", name="First connection")
    expect(box).to_contain_text("for your first connection…")

    programs = {
        label: code_of(page, label)
        for label in ("JavaScript (browser)", "Python", "Node (server)", "REST (curl)")
    }
    elsewhere = signed_in("viewer")
    elsewhere.evaluate("() => {" + programs["JavaScript (browser)"] + "}")
    expect(box).to_contain_text("(JavaScript), on preview", timeout=2_000)
    expect(box).to_contain_text("Connected")

    (tmp_path / "client.py").write_text(programs["Python"])
    (tmp_path / "client.cjs").write_text(programs["Node (server)"])
    printed = until([sys.executable, str(tmp_path / "client.py")], "'@class': '.AuthenticationResponse'")
    assert "'displayName'" in printed
    assert '"@class":".AuthenticationResponse"' in until(["sh", "-c", programs["REST (curl)"]], "userId")
    packages = node.packages()
    until(
        ["node", str(tmp_path / "client.cjs")],
        ".GetPropertySetResponse",
        {**os.environ, "NODE_PATH": packages},
    )

    page.reload()
    expect(page.get_by_text("Show the secrets, here and in the code below")).to_be_visible()
    assert "THE_SECRET" in code_of(page, "JavaScript (browser)")
    page.get_by_text("Show the secrets, here and in the code below").click()
    page.get_by_label("Your password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That is not your password.")
    check(page)
    page.get_by_label("Your password").fill("right")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Device secret")).to_be_visible()
    assert code_of(page, "JavaScript (browser)") == programs["JavaScript (browser)"]
    page.get_by_role("link", name=re.compile("all games")).click()
    expect(page.get_by_role("link", name="Rockets & more")).to_be_visible()
