"""An operator's walk through the admin in a real browser, against the real server."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer
from tests.portal.conftest import OPERATOR, PASSWORD
from tests.wire_games import GAME

pytestmark = pytest.mark.browser
REFUSED_KEY = "this-is-no-key-but-still-secret"
NOWHERE = "https://127.0.0.1:9"  # allowed for the test's server, and nobody listens
# Pages that a key might have come to by its row: all of them are read, of others a few rows'.
OF_THE_KEY = re.compile(r"/ops/push/|/ops/games/stage/|/ops/games/auditentry/\d+/change/")
ROWS_OF_OTHERS = 2


@pytest.fixture
def operator(ops_server: LiveServer, page: Page) -> Iterator[Page]:
    """Signed in, on the first page. No page of the walk may raise an error in the browser."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(f"http://127.0.0.1:{ops_server.port}/ops/")
    page.get_by_label("Username").fill(OPERATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Games")).to_be_visible()
    yield page
    assert faults == []


def secret_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def body_of(pem: str) -> list[str]:
    """The lines of a key that nothing else can hold."""
    return [line for line in pem.splitlines() if line and not line.startswith("-")]


def test_operator_edits_a_french_text_and_sees_it_rendered(ops_server: LiveServer, operator: Page) -> None:
    game = operator.get_by_role("article").filter(has_text=GAME.api_key)
    game.get_by_role("link", name="Messages").click()
    operator.get_by_role("link", name="FriendMessage").click()
    summary = operator.locator('[data-preview-text="summary"]')
    expect(summary).to_have_text("FriendMessage")

    operator.get_by_role("button", name="Add variant").click()
    variant = operator.locator("[data-variant]")
    variant.get_by_label("For players of").select_option("FRENCH")
    variant.get_by_label("Title", exact=True).fill("Un message de ${who}")
    variant.get_by_label("Message", exact=True).fill("${who} vous écrit : ${mesage}")
    operator.get_by_label("Variant", exact=True).select_option("0")
    warnings = operator.locator("#preview-warnings")
    expect(warnings).to_contain_text("`mesage` is not a field of this message; did you mean `message`?")

    variant.get_by_label("Message", exact=True).fill("${who} vous écrit : ${message")
    expect(operator.locator("#preview-faults")).to_contain_text("line 1")
    variant.get_by_label("Message", exact=True).fill("${who} vous écrit : ${message}")
    expect(summary).to_have_text("Ada vous écrit : See you at eight?")
    expect(operator.locator('[data-preview-text="title"]')).to_have_text("Un message de Ada")
    expect(operator.locator('[data-preview-payload="ios"]')).to_contain_text('"body": "Ada vous écrit')

    operator.get_by_label("Note").fill("For France")
    operator.get_by_role("button", name="Save").click()
    expect(operator.get_by_text("Saved as version 1; preview runs it now.")).to_be_visible()
    assert "${who} vous écrit : ${message}" in ops_server.manage("export_game", GAME.api_key)
    assert ops_server.rows(
        "SELECT number, author_name, note FROM messaging_messageversion ORDER BY id DESC LIMIT 1"
    ) == [{"number": 1, "author_name": OPERATOR, "note": "For France"}]


def test_operator_adds_a_key_that_no_page_log_or_export_holds(ops_server: LiveServer, operator: Page) -> None:
    pem = secret_key()
    operator.get_by_role("link", name="Push accounts").last.click()
    operator.goto(f"{operator.url}add/")
    operator.locator(".select2-selection").click()
    operator.locator(".select2-search__field").fill(GAME.api_key)
    operator.locator(".select2-results__option", has_text="Wire tests · preview").click()
    operator.get_by_label("Signing key").fill(REFUSED_KEY)
    operator.get_by_label("Key ID").fill("ABCDE12345")
    operator.get_by_label("Team ID").fill("TEAM123456")
    operator.get_by_label("Topic").fill("org.example.duel")
    operator.get_by_label("Endpoint", exact=True).fill(NOWHERE)
    operator.get_by_role("button", name="Save", exact=True).click()
    expect(operator.get_by_text("is the text of a .p8 file")).to_be_visible()
    pages = [operator.content()]

    operator.get_by_label("Signing key").fill(pem)
    operator.get_by_role("button", name="Save and continue editing").click()
    expect(operator.get_by_text("was added successfully")).to_be_visible()
    assert operator.get_by_label("Signing key").input_value() == ""
    assert operator.get_by_label("Key ID").input_value() == "ABCDE12345"

    # An empty key keeps what is stored.
    operator.get_by_label("Topic").fill("org.example.dice")
    operator.get_by_role("button", name="Save and continue editing").click()
    expect(operator.get_by_text("was changed successfully")).to_be_visible()
    operator.locator('a[href$="/test/"]').click()
    operator.get_by_role("button", name="Test").click()
    expect(operator.get_by_text("fails").first).to_be_visible()

    pages += [*crawl(operator, ops_server), ops_server.log()]
    pages += [ops_server.manage("export_game", GAME.api_key, *more) for more in ([], ["--with-secrets"])]
    pages.append(ops_server.manage("push_account", GAME.api_key, "preview", "apns", "--show"))
    pages += [str(row) for row in ops_server.rows("SELECT * FROM games_auditentry")]
    secrets = [*body_of(pem), REFUSED_KEY]
    assert [line for line in secrets for page in pages if line in page] == []
    stored = ops_server.rows("SELECT credentials FROM push_provideraccount")
    assert [line for line in secrets if line in str(stored)] == []


def crawl(operator: Page, server: LiveServer) -> list[str]:
    """The pages that links lead to from the first one, by the browser's own session."""
    start = f"http://127.0.0.1:{server.port}"
    waiting, seen, pages = ["/ops/"], set(), []
    rows: Counter[str] = Counter()
    while waiting:
        address = waiting.pop()
        path = address.partition("?")[0]
        if path in seen or "logout" in path:
            continue
        seen.add(path)
        rows[route := route_of(path)] += 1
        if rows[route] > ROWS_OF_OTHERS and not OF_THE_KEY.match(path):
            continue
        answer = operator.request.get(start + address)
        assert answer.status == 200, address
        pages.append(answer.text())
        waiting += re.findall(r'href="(/ops/[^"#]*)"', answer.text())
    assert len(rows) > 60
    return pages


def route_of(path: str) -> str:
    """The path with neither ids nor messages' keys."""
    return re.sub(r"/\d+/", "/N/", re.sub(r"(/game/\d+)/\w+/$", r"\1/KEY/", path))
