"""Snapshots and credentials in a real browser, with players on sockets. After signing in, by hand alone."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer, unique
from tests.portal.browser.beside import Beside
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn
from tests.wire_client import Frame, WireClient
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
INVITE = "FLINT_FRIEND_INVITE"


@pytest.fixture
def beside() -> Iterator[Beside]:
    with Beside() as running:
        yield running


@pytest.fixture
def live_player(portal: LiveServer, beside: Beside) -> Iterator[WireClient]:
    client = beside.run(portal.connect("live"))
    beside.run(client.register(unique("lea")))
    yield client
    beside.run(client.close())


def follow(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("link", name=name, exact=True).first.press("Enter")


def take(page: Page, name: str) -> None:
    follow(page, "Snapshots")
    page.get_by_label("Name", exact=True).fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{name} was taken.")).to_be_visible()


def publish(page: Page, name: str) -> None:
    follow(page, "Snapshots", name, "Publish…")
    check(page)
    page.get_by_label(re.compile("^Type ")).fill(GAME.api_key)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{name} is live.")).to_be_visible()


def hears(portal: LiveServer, beside: Beside, player: WireClient, text: str) -> None:
    """Within five seconds a message on live says it."""
    deadline = time.monotonic() + 5
    said = ""
    while said != text and time.monotonic() < deadline:
        sent = {"playerIds": [player.user_id], "extCode": INVITE, "data": {"n": 1}}
        beside.run(portal.rest("SendMessageRequest", stage="live", **sent))
        said = beside.run(player.expect_message("ScriptMessage"))["summary"]
    assert said == text


def test_a_snapshot_goes_live_and_the_working_copy_goes_back(
    portal: LiveServer, signed_in: SignedIn, live_player: WireClient, beside: Beside
) -> None:
    page = signed_in("admin")
    follow(page, "Wire tests")
    before, season = unique("Before"), unique("Season")
    take(page, before)
    check(page)

    follow(page, "Messages", "Extensions", INVITE)
    expect(page.locator("[data-part=state]")).to_contain_text("Rendered by the server")
    field = page.get_by_role("textbox", name="Message", exact=True).first
    field.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("Come and play")
    page.keyboard.press("Control+S")
    expect(page.get_by_text(re.compile("^Saved as version"))).to_be_visible()

    follow(page, "Snapshots")
    # Other tests' messages may not be on live either.
    expect(page.get_by_text(re.compile(r"Not on live yet: .*Message extensions: \d"))).to_be_visible()
    take(page, season)
    publish(page, season)
    hears(portal, beside, live_player, "Come and play")

    follow(page, "Compare")
    page.get_by_label("From", exact=True).select_option(label=re_option(page, before))
    page.get_by_label("To", exact=True).select_option("live")
    page.get_by_role("button", name="Compare").press("Enter")
    section = page.get_by_role("region", name="Message extensions")
    expect(section.locator("ins").filter(has_text="Come and play")).to_be_visible()
    check(page)

    follow(page, "Snapshots", before, "Go back to it…")
    check(page)
    page.get_by_label(re.compile("^Change the working copy of")).press("Space")
    page.get_by_role("button", name="Change the working copy").press("Enter")
    expect(page.get_by_text(f"The working copy is “{before}” now")).to_be_visible()
    hears(portal, beside, live_player, "Come and play")  # live stays as it was published
    publish(page, before)
    follow(page, "Snapshots", before)
    expect(page.get_by_text("Live runs this snapshot, so it stays.")).to_be_visible()
    check(page)

    viewer = signed_in("viewer")
    follow(viewer, "Wire tests", "Snapshots", season)
    expect(viewer.get_by_role("link", name="Download", exact=True)).to_be_visible()
    for name in ("Publish…", "Go back to it…"):
        assert viewer.get_by_role("link", name=name).count() == 0


def re_option(page: Page, name: str) -> str:
    """The label of the snapshot's option, which its number begins."""
    options = page.get_by_label("From", exact=True).locator("option").all_inner_texts()
    return next(option for option in options if option.endswith(f": {name}"))


def test_a_secret_is_reset_with_an_hours_grace(
    portal: LiveServer, signed_in: SignedIn, beside: Beside
) -> None:
    page = signed_in("admin")
    follow(page, "Wire tests", "Credentials")
    check(page)
    follow(page, "New credential")
    code = unique("tool")
    page.get_by_role("textbox", name="Short code required").fill(code)
    page.get_by_role("textbox", name="Name required").fill("A tool")
    page.get_by_label("REST calls").select_option("allowed")
    check(page)
    page.keyboard.press("Enter")
    old = page.locator("#secret").inner_text()
    check(page)
    page.get_by_role("link", name="I have it").press("Enter")
    expect(page.get_by_role("heading", name=code, level=1)).to_be_visible()
    page.get_by_label("1 hour beside the new one").check()
    page.get_by_role("button", name="Reset the secret").press("Enter")
    new = page.locator("#secret").inner_text()
    assert new != old
    page.get_by_role("link", name="I have it").press("Enter")
    expect(page.get_by_text("The one before the last reset is good until")).to_be_visible()
    assert old not in page.content()
    assert new not in page.content()

    until(lambda: signs_in(portal, beside, code, new), True)
    assert signs_in(portal, beside, code, old)
    refused = called(portal, beside, code, "another-secret")
    assert called(portal, beside, code, old) != refused
    portal.manage("shell", "-c", PASS_AN_HOUR.format(code=code))
    until(lambda: signs_in(portal, beside, code, old), False)
    assert signs_in(portal, beside, code, new)
    assert called(portal, beside, code, old) == refused
    entries = portal.rows("SELECT actor_name, detail FROM games_auditentry WHERE target = ?", code)
    told = [(row["actor_name"], _detail(row).get("grace_hours")) for row in entries]
    assert (f"{GAME.api_key}-admin", 1) in told


PASS_AN_HOUR = """
from games.models import Credential
from games.stages import touch_both
row = Credential.objects.select_related("game").get(short_code={code!r})
row.former_until_ms -= 3600000
row.save()
touch_both(row.game)
"""


def signs_in(portal: LiveServer, beside: Beside, code: str, secret: str) -> bool:
    """Over a socket."""

    async def tried() -> bool:
        async with await WireClient.open(portal.url(credential=code)) as client:
            answer = await client.handshake(secret)
            return "error" not in answer

    return beside.run(tried())


def called(portal: LiveServer, beside: Beside, code: str, secret: str) -> Frame:
    """What a call over REST is answered."""
    game = replace(GAME, secrets={code: secret})
    return beside.run(portal.rest("ListTeamsRequest", credential=code, game=game))


def until(ask: Callable[[], bool], wanted: bool) -> None:
    deadline = time.monotonic() + 10
    while ask() is not wanted:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _detail(row: dict[str, Any]) -> Any:
    return json.loads(row["detail"]) if isinstance(row["detail"], str) else row["detail"]
