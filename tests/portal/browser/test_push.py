"""Push integrations in a real browser, against the simulated services. After signing in, by hand alone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from push.sim.simulator import Simulator
from tests.live_server import LiveServer, unique
from tests.portal.browser.beside import Beside
from tests.portal.browser.checks import check
from tests.portal.browser.conftest import SignedIn
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
HOSTILE = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def simulator(portal: LiveServer, tmp_path: Path) -> Iterator[Simulator]:
    """Afterwards the stage has no account at it."""
    with Beside() as beside:
        running = beside.run(Simulator(tmp_path).__aenter__())
        try:
            yield running
        finally:
            portal.manage("push_account", GAME.api_key, "preview", "apns", "--delete")
            beside.run(running.__aexit__(None, None, None))


def open_apns(page: Page) -> None:
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name="Push", exact=True).click()
    expect(page).to_have_title(re.compile("^Push integrations · "))
    page.get_by_role("link", name="APNs", exact=True).click()
    expect(page.get_by_role("heading", name="APNs", level=1)).to_be_visible()


def fill(page: Page, simulator: Simulator, key_file: Path, key_id: str = "") -> None:
    """The simulator's account, its key from a file."""
    account = simulator.account("apns")
    credentials = account["credentials"]
    key_file.write_text(credentials["p8"])
    page.get_by_label("Signing key, the file").set_input_files(key_file)
    page.get_by_label("Key id").fill(key_id or credentials["keyId"])
    page.get_by_label("Team id").fill(credentials["teamId"])
    page.get_by_label("Topic").fill(credentials["topic"])
    page.get_by_text("Where APNs is spoken to").click()
    page.get_by_label("Endpoint", exact=True).fill(account["endpoint"])
    page.get_by_label("CA bundle").fill(account["caBundle"])
    page.get_by_role("button", name=re.compile("^(Add the credentials|Save)$")).press("Enter")


def test_a_key_is_uploaded_verified_and_never_seen_again(
    portal: LiveServer, signed_in: SignedIn, simulator: Simulator, tmp_path: Path
) -> None:
    page = signed_in("admin")
    seen: list[str] = []
    page.get_by_role("link", name="Wire tests").click()
    page.get_by_role("link", name="Push", exact=True).click()
    check(page)
    page.get_by_role("link", name="APNs", exact=True).click()
    check(page)
    fill(page, simulator, tmp_path / "AuthKey.p8", key_id="WRONGKEYID")
    expect(page.get_by_text("The credentials are stored.")).to_be_visible()
    seen.append(page.content())

    page.get_by_role("button", name="Verify").press("Enter")
    proof = page.locator("#proof")
    expect(proof).to_contain_text("does not work")
    expect(proof).to_contain_text("Check the account's key, key id and team id.")
    seen.append(page.content())
    check(page)

    fill(page, simulator, tmp_path / "AuthKey.p8")
    expect(page.get_by_role("status").first).to_contain_text("credentials")
    page.get_by_role("button", name="Verify").press("Enter")
    expect(proof).to_contain_text("Verified: ● works")
    seen.append(page.content())
    expect(page.locator("#card-state")).to_contain_text("Working")
    page.reload()
    expect(page.locator("#card-state")).to_contain_text("Working")
    expect(page.get_by_text("Fingerprint, SHA-256")).to_be_visible()
    seen.append(page.content())
    check(page)

    lines = simulator.account("apns")["credentials"]["p8"].splitlines()[1:-1]
    exported = portal.manage("export_game", GAME.api_key, "--with-secrets")
    for text in (*seen, exported, portal.log()):
        assert not any(line in text for line in lines)


def test_a_test_push_is_sent_and_found_in_the_log(
    portal: LiveServer, signed_in: SignedIn, simulator: Simulator, tmp_path: Path
) -> None:
    name, token = unique("pia"), "c" * 64
    with Beside() as beside:
        client = beside.run(portal.connect())
        beside.run(client.register(name, display_name=HOSTILE))
        beside.run(client.request("PushRegistrationRequest", deviceOS="IOS", pushId=token))
        beside.run(client.close())
    document = tmp_path / "apns.json"
    document.write_text(json.dumps(simulator.account("apns")))
    portal.manage("push_account", GAME.api_key, "preview", "apns", str(document))
    page = signed_in("editor")
    open_apns(page)
    page.get_by_label("Devices of the player").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send a test push").press("Enter")
    expect(page.locator("#proof")).to_contain_text("The provider took it: look at the device.")
    assert [each["token"] for each in simulator.delivered("apns")] == [token]

    page.get_by_role("link", name="Push log", exact=True).press("Enter")
    page.get_by_role("textbox", name="Player", exact=True).fill(name)
    page.keyboard.press("Enter")
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("TestPush")
    expect(row).to_contain_text("Accepted sent")
    expect(row.locator("td bdi").first).to_have_text(HOSTILE)
    check(page)
    page.get_by_label("Outcome").select_option("failed")
    page.get_by_role("button", name="Filter").press("Enter")
    expect(page.get_by_text("No attempt is like that.")).to_be_visible()
    page.get_by_role("link", name="By code").press("Enter")
    expect(page.get_by_role("row").filter(has_text="APNs took it.")).to_be_visible()
    check(page)


def test_an_old_certificate_is_recognised(signed_in: SignedIn, tmp_path: Path) -> None:
    page = signed_in("admin")
    open_apns(page)
    old = tmp_path / "push.p12"
    old.write_bytes(bytes.fromhex("308209e60201033082092e06092a864886f70d010701"))
    page.get_by_label("Signing key, the file").set_input_files(old)
    page.get_by_role("button", name="Add the credentials").press("Enter")
    faults = page.get_by_role("alert")
    expect(faults).to_be_focused()
    expect(faults).to_contain_text("This is a certificate (.p12)")
    expect(faults).to_contain_text("take its .p8 file")
    check(page)
