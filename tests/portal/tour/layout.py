"""What can be told of a page's layout without an eye: text that is cut off, boxes over others, no room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_ASKED = Path(__file__).with_suffix(".js").read_text()
_STEPS = 400  # of Tab, on one page
_LOOKS = 40  # each 50 ms after the one before


def _asked(page: Page, look: str) -> Any:
    return page.evaluate(f"({_ASKED.partition(chr(10))[2].strip()}).{look}()")


def layout_faults(page: Page) -> list[str]:
    """At the page's size as it is, in words."""
    found: list[str] = []
    for look in ("clipped", "overlapping", "narrow"):
        found += _asked(page, look)
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"scrolls sideways by {wide} px")
    return list(dict.fromkeys(found))


_SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""


@contextmanager
def spaced(page: Page) -> Iterator[None]:
    """With the spaces that WCAG 1.4.12 lets readers set, as their browsers' own style sheet."""
    page.evaluate(
        """(text) => {
          window.flintSpaces = new CSSStyleSheet();
          window.flintSpaces.replaceSync(text);
          document.adoptedStyleSheets.push(window.flintSpaces);
        }""",
        _SPACED,
    )
    yield
    page.evaluate("() => { document.adoptedStyleSheets.pop(); }")


def sizes_of_targets(page: Page) -> list[str]:
    """Controls of less than 24 px, but for links within a sentence, and for those with so much room around
    that a circle of 24 px about each meets no other one (WCAG 2.5.8)."""
    found: list[str] = _asked(page, "small")
    return found


def unseen_focus(page: Page) -> list[str]:
    """By Tab from the top until it leaves the page: what has neither outline nor shadow, or is covered."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    page.mouse.click(1, 1)
    return _unseen(page, "Tab")


def unseen_focus_on_the_way_back(page: Page) -> list[str]:
    """The same from the end to the top, after `unseen_focus`: what is scrolled to then comes to stand at the
    upper edge, where the header is."""
    return _unseen(page, "Shift+Tab")


def _unseen(page: Page, key: str) -> list[str]:
    found: list[str] = []
    seen: set[int] = set()
    for _ in range(_STEPS):
        page.keyboard.press(key)
        at = _focused(page)
        if at is None or at["number"] in seen:
            break
        seen.add(at["number"])
        if at["fault"]:
            found.append(at["fault"])
        if at["traps"]:
            page.keyboard.press("Escape")
    return found


def _focused(page: Page) -> Any:
    """An editor says a moment after its field that it has the focus."""
    at = _asked(page, "focused")
    for _ in range(_LOOKS):
        if at is None or not (at["traps"] and at["fault"]):
            break
        page.wait_for_timeout(50)
        at = _asked(page, "focused")
    return at
