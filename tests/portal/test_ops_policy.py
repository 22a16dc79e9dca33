"""The pages under the policy that they are sent with, in a real browser: nothing they need is refused."""

from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.live_server import LiveServer
from tests.portal.conftest import OPERATOR, PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def address(ops_server: LiveServer) -> str:
    return f"http://127.0.0.1:{ops_server.port}"


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/ops/")
    page.get_by_label("Username").fill(OPERATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Games")).to_be_visible()


def links(page: Page) -> list[str]:
    """Paths of the admin that the page leads to."""
    found = page.eval_on_selector_all("a[href]", "each => each.map(link => link.getAttribute('href'))")
    parts = [urlsplit(urljoin(page.url, href)) for href in found]
    return [part.path for part in parts if part.path.startswith("/ops/") and "logout" not in part.path]


def test_no_page_needs_what_the_policy_refuses(address: str, page: Page) -> None:
    """Each list, and a page that it leads to: an editor, a form, a history."""
    refused: list[str] = []
    page.on("console", lambda line: "Content Security Policy" in line.text and refused.append(line.text))
    page.on("pageerror", lambda error: refused.append(str(error)))
    sign_in(page, address)
    lists = sorted(set(links(page)))
    assert len(lists) > 15
    seen = {"/ops/", *lists}
    for path in lists:
        page.goto(address + path)
        inner = [each for each in links(page) if each not in seen]
        if inner:
            seen.add(inner[-1])
            page.goto(address + inner[-1])
    assert refused == []
    assert len(seen) > 25


def test_what_an_attacker_writes_into_a_page_is_not_run(address: str, page: Page) -> None:
    sign_in(page, address)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.taken = 'inline script'";
            document.body.append(script);
            const button = document.createElement("button");
            button.setAttribute("onclick", "window.taken = 'handler'");
            document.body.append(button);
            button.click();
            const elsewhere = document.createElement("script");
            elsewhere.src = "data:text/javascript,window.taken = 'data'";
            document.body.append(elsewhere);
        }"""
    )
    sent = page.evaluate("() => fetch('https://evil.example.com/').then(() => 'sent', () => 'refused')")
    assert (page.evaluate("() => window.taken"), sent) == (None, "refused")
