"""What every page has to hold: nothing that axe finds, in light and dark, and no scrolling sideways."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

AXE = Path(__file__).parents[1] / "web/vendor/axe.min.js"
OF_COLOUR = ("color-contrast", "link-in-text-block")  # the rules that a page in dark may answer otherwise
_RUN = """(async () => {
  const { violations } = await axe.run(document, OPTIONS);
  return JSON.stringify(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]));
})()"""


def check_accessible(page: Page, rules: tuple[str, ...] = ()) -> None:
    """Nothing that axe finds, of any level, or by the `rules` alone."""
    session = page.context.new_cdp_session(page)
    try:
        faults = _faults(session, rules)
    finally:
        session.detach()
    assert faults == [], faults


def _faults(session: CDPSession, rules: tuple[str, ...]) -> list[Any]:
    """Axe's script is not the page's, whose policy refuses it: a session of DevTools runs it."""
    if _value(session, "typeof axe") == "undefined":
        session.send("Runtime.evaluate", {"expression": _axe()})
    # The selectors of what is found, and all that is in order, take longer to write down than to look at.
    options: dict[str, Any] = {"resultTypes": ["violations"], "selectors": False, "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = json.loads(_value(session, _RUN.replace("OPTIONS", json.dumps(options))))
    assert isinstance(found, list)
    return found


def _value(session: CDPSession, expression: str) -> Any:
    asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
    return session.send("Runtime.evaluate", asked)["result"]["value"]


@cache
def _axe() -> str:
    return AXE.read_text()


def check_reflow(page: Page) -> None:
    """Nothing to scroll sideways at 320 CSS pixels, but for tables in their frames."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide == 320
    assert before is not None
    page.set_viewport_size(before)


def check_columns(page: Page) -> None:
    """No cell of a table is so narrow that its words stand one letter below the other; a card's head, which
    is for screen readers alone, has no width."""
    narrow = page.evaluate(
        """() => [...document.querySelectorAll("th, td")]
          .filter((cell) => cell.checkVisibility() && !cell.querySelector(".visually-hidden"))
          .filter((cell) => cell.closest("thead, tbody").getBoundingClientRect().width > 1)
          .filter((cell) => cell.innerText.trim().length > 3 && cell.clientWidth < 48)
          .map((cell) => [cell.clientWidth, cell.innerText])"""
    )
    assert not narrow, narrow


def check(page: Page) -> None:
    """The page is the same in light and in dark, but for its colours."""
    page.emulate_media(color_scheme="light")
    check_accessible(page)
    page.emulate_media(color_scheme="dark")
    check_accessible(page, OF_COLOUR)
    check_columns(page)
    check_reflow(page)
