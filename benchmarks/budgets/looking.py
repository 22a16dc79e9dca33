"""One look at a page by a browser: what came over the wire, when it could be used, and what moved."""

from typing import Any

from playwright.sync_api import BrowserContext, Page

from benchmarks.budgets.limits import Load

SETTLED_MS = 1200
# Where scripts make what a page is for, it can be used once that is there.
READY = {"message": ".cm-editor", "harness": ".panel"}
_WATCH = """
window.flint = { shift: 0, tasks: [], usable: 0 };
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.flint.shift += each.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.flint.tasks.push([each.startTime, each.duration]);
}).observe({ type: "longtask", buffered: true });
addEventListener("load", () => {
  const look = () => {
    if (!document.querySelector("READY")) return requestAnimationFrame(look);
    setTimeout(() => { window.flint.usable = performance.now(); });
  };
  look();
});
"""
_FELT = """() => {
  const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  const later = window.flint.tasks.filter(([start]) => start >= loaded).map(([, duration]) => duration);
  return { usable: window.flint.usable, shift: window.flint.shift, task: Math.max(0, ...later) };
}"""


def watched(context: BrowserContext, page_name: str) -> Page:
    page = context.new_page()
    page.add_init_script(_WATCH.replace("READY", READY.get(page_name, "body")))
    return page


def look(page: Page, url: str) -> Load:
    """Sockets and what comes from the browser's own cache are no requests."""
    session = page.context.new_cdp_session(page)
    bytes_of: dict[str, float] = {}
    cached: set[str] = set()

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] not in cached:
            bytes_of[event["requestId"]] = event["encodedDataLength"]

    def answered(event: dict[str, Any]) -> None:
        response = event["response"]
        if response.get("fromDiskCache") or response["url"].startswith("data:"):
            cached.add(event["requestId"])

    session.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    page.goto(url)
    page.wait_for_function("() => window.flint.usable > 0")
    page.wait_for_timeout(SETTLED_MS)
    felt = page.evaluate(_FELT)
    session.detach()
    own = [size for request, size in bytes_of.items() if request not in cached]
    return Load(
        kb=sum(own) / 1000,
        requests=len(own),
        usable_ms=felt["usable"],
        shift=felt["shift"],
        long_task_ms=felt["task"],
    )
