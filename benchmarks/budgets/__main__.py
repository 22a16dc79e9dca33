"""`make budgets`: measures the portal's pages in Chromium, writes docs/portal-budgets.md; 1 if over."""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.backends import backend
from benchmarks.budgets import harness
from benchmarks.budgets.limits import Cell, Load, Measured, cells
from benchmarks.budgets.looking import look, watched
from benchmarks.budgets.report import further_cells, page
from benchmarks.budgets.serving import p95_ms, queries
from benchmarks.budgets.world import ALL, FEW, Amounts, World, world
from benchmarks.results import circumstances
from benchmarks.server import ROOT, Serving, working
from tests.chromium import find_chromium
from tests.portal.tour.stops import DEVELOPER, stops


def main() -> int:
    options = _options()
    amounts = FEW if options.smoke else ALL
    with (
        tempfile.TemporaryDirectory(prefix="flint-budgets-") as folder,
        backend("postgresql", Path(folder)) as chosen,
        world(chosen, Path(folder), amounts) as made,
    ):
        print("the database is filled", flush=True)
        with Serving(made.env) as serving, working(made.env), _browser() as browser:
            measured = _pages(browser, made, serving.ports[0], amounts, options.only)
            load = _harness(browser, made, serving.ports[0], amounts)
        made.bulk.fill(amounts.traced)
        with Serving(made.env) as serving, _browser() as browser:
            traced = _trace(browser, made, serving.ports[0])
        told = [
            f"{about['machine']}; commit {about['commit']}, {about['date']}."
            for about in [circumstances(chosen)]
        ]
        with _browser() as browser:
            told.append(f"Chromium {browser.version}.")
    further = further_cells(traced, amounts.traced, load)
    text = page(measured, further, told, amounts.players, amounts.messages, amounts.rounds)
    file = ROOT / ("var/portal-budgets.md" if options.smoke or options.only else "docs/portal-budgets.md")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    print(text)
    return 1 if _over(measured, further) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.budgets", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few rows and one round, results in var")
    parser.add_argument("--only", default="", help="a part of a page's name; results in var")
    return parser.parse_args()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def _signed_in(browser: Browser, made: World, port: int) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    admin: Any = made.details["admin"]
    page.goto(f"http://127.0.0.1:{port}/login/")
    page.get_by_label("E-mail or user name").fill(admin["userName"])
    page.keyboard.press("Tab")
    page.keyboard.type(admin["password"])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Games", level=1).wait_for()
    page.close()
    return context


def _cookies(context: BrowserContext) -> str:
    return "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())


def _pages(browser: Browser, made: World, port: int, amounts: Amounts, only: str) -> list[Measured]:
    chosen = [
        stop
        for stop in stops(made.names)
        if stop.who == DEVELOPER and stop.state == "filled" and only in stop.name and not stop.walked
    ]
    context = _signed_in(browser, made, port)
    cookies = _cookies(context)
    state = context.storage_state()
    admin: Any = made.details["admin"]
    counts = queries(made.env, admin["userName"], [stop.path for stop in chosen])
    measured = []
    for stop in chosen:
        url = f"http://127.0.0.1:{port}{stop.path}"
        firsts, agains = [], []
        for _ in range(amounts.rounds):
            fresh = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 800})
            tab = watched(fresh, stop.page)
            firsts.append(look(tab, url))
            agains.append(look(tab, url))
            fresh.close()
        taken = p95_ms(port, stop.path, cookies)
        measured.append(Measured(stop.name, _median(firsts), _median(agains), taken, counts[stop.path]))
        print(stop.name, *(f"{each.name} {each.value:.1f}" for each in cells(measured[-1])), flush=True)
    return measured


def _median(loads: list[Load]) -> Load:
    return Load(*(statistics.median(getattr(each, field.name) for each in loads) for field in fields(Load)))


def _harness(browser: Browser, made: World, port: int, amounts: Amounts) -> harness.HarnessLoad:
    key = made.details["apiKey"]
    tab = _signed_in(browser, made, port).new_page()
    tab.goto(f"http://127.0.0.1:{port}/g/{key}/preview/harness/")
    players = harness.connect(tab)
    path = f"/preview/rs/{key}/server/{made.details['serverSecret']}"
    with harness.teller(port, path, "DAILY_GIFT") as tell:
        load = harness.load(tab, players, tell, amounts.harness_seconds)
        rows, between = harness.scroll(tab, players, tell)
    return harness.HarnessLoad(load.seconds, load.messages, load.heap_mb, load.input_ms, rows, between)


def _trace(browser: Browser, made: World, port: int) -> float:
    """Of the story's message, and of its player and class, whichever takes longer."""
    cookies = _cookies(_signed_in(browser, made, port))
    trace = f"/g/{made.details['apiKey']}/preview/trace/"
    asked = (
        f"{trace}?id={made.names['copy']}",
        f"{trace}?player=pascal&type_code=ChallengeIssuedMessage",
    )
    return max(p95_ms(port, path, cookies) for path in asked)


def _over(measured: list[Measured], further: list[Cell]) -> bool:
    return any(not cell.met for cell in [*(cell for each in measured for cell in cells(each)), *further])


if __name__ == "__main__":
    sys.exit(main())
