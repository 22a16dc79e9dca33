"""Four players in the test harness, each of whom gets ten messages a second: what the page keeps, how it
answers."""

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import CDPSession, Locator, Page, expect

PANELS = 4
A_SECOND = 10  # messages to each player
ROWS = 2000  # that a log keeps
FILLED_WITHIN = 60.0
SCROLL_MS = 3000
Tell = Callable[[list[str]], None]
_ID = re.compile("[0-9a-f]{24}")
_WATCH_KEYS = """() => {
  window.flintDelay = 0;
  addEventListener("keydown", (event) => {
    window.flintDelay = Math.max(window.flintDelay, performance.now() - event.timeStamp);
  }, { capture: true });
}"""
_SCROLL = """async (milliseconds) => {
  const frame = document.querySelector(".frames");
  const began = performance.now(), times = [];
  const far = frame.scrollHeight - frame.clientHeight;
  for (let at = began; at < began + milliseconds;) {
    at = await new Promise(requestAnimationFrame);
    times.push(at);
    frame.scrollTop = far * (1 - (at - began) / milliseconds);
  }
  const between = times.slice(1).map((at, index) => at - times[index]).sort((one, other) => one - other);
  return between[Math.floor(between.length / 2)];
}"""


@dataclass(frozen=True, slots=True)
class HarnessLoad:
    """`picture_ms`: the median between two pictures while a log of `rows` is scrolled; 0 where it was not."""

    seconds: float
    messages: int
    heap_mb: float
    input_ms: float
    rows: int = 0
    picture_ms: float = 0.0


def connect(page: Page) -> list[str]:
    """Four new players, from the harness' own buttons; their ids."""
    ids = []
    for number in range(1, PANELS + 1):
        if number > 1:
            page.get_by_role("button", name="Add a player").click()
        panel = _panel(page, number)
        panel.get_by_role("button", name="Connect", exact=True).click()
        state = panel.get_by_role("status").first
        expect(state).to_contain_text(_ID)
        found = _ID.search(state.inner_text())
        assert found
        ids.append(found[0])
    return ids


def load(page: Page, players: list[str], tell: Tell, seconds: float) -> HarnessLoad:
    """The heap is compared after garbage is collected, both times."""
    session = page.context.new_cdp_session(page)
    page.evaluate(_WATCH_KEYS)
    before = _heap_mb(session)
    editor = _panel(page, 1).get_by_label("Request of player")
    editor.click()
    with _telling(lambda: tell(players)) as told:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            page.keyboard.type("x")
            page.wait_for_timeout(250)
    sent = next(told)
    for number in range(1, PANELS + 1):
        rows = _panel(page, number).get_by_role("log").get_by_role("listitem").filter(has_text="◆ Message")
        expect(rows).to_have_count(min(sent, ROWS - 2))
    delay = float(page.evaluate("() => window.flintDelay"))
    grown = _heap_mb(session) - before
    session.detach()
    return HarnessLoad(seconds, sent * PANELS, max(0.0, grown), delay)


def scroll(page: Page, players: list[str], tell: Tell) -> tuple[int, float]:
    """The first log, filled to its last row: how many those are, and the median between two pictures."""
    rows = _panel(page, 1).get_by_role("log").locator("li")
    until = time.monotonic() + FILLED_WITHIN
    while rows.count() < ROWS and time.monotonic() < until:
        tell(players[:1])
    return rows.count(), float(page.evaluate(_SCROLL, SCROLL_MS))


@contextmanager
def teller(port: int, path: str, ext_code: str) -> Iterator[Tell]:
    """By REST with the server's credential: `path` is up to the request's name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def tell(players: list[str]) -> None:
        asked = {"playerIds": players, "extCode": ext_code, "data": {"gift": "a die"}}
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"{path}/SendMessageRequest", json.dumps(asked), headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or b'"error"' in body:
            raise RuntimeError(f"a message was answered {answer.status}: {body.decode()}")

    try:
        yield tell
    finally:
        connection.close()


@contextmanager
def _telling(tell: Callable[[], None]) -> Iterator[Iterator[int]]:
    """Messages at their times, from a thread; once it has ended, the iterator says how many were sent."""
    ended, sent, faults = threading.Event(), count(), list[Exception]()

    def run() -> None:
        began, number = time.monotonic(), 0
        try:
            while not ended.wait(max(0.0, began + number / A_SECOND - time.monotonic())):
                tell()
                next(sent)
                number += 1
        except Exception as fault:  # told by the thread that waits
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield sent
    finally:
        ended.set()
        thread.join()
        if faults:
            raise faults[0]


def _panel(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=f"Player {number}", exact=True)


def _heap_mb(session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1_000_000
