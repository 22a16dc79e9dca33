"""`make screenshots`: a picture of every page, at two widths, light and dark, in a full and in a new game.

They are in var/screenshots, with sheets of all of them. Exits 1 where a page has no place in the tour, is not
answered, or does not hold what tests.portal.tour.layout looks at. `--readme` takes the README's pictures too.
"""

import argparse
import base64
import html
import shutil
import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import Page, sync_playwright

from tests.chromium import find_chromium
from tests.live_server import ROOT
from tests.portal.tour.layout import layout_faults
from tests.portal.tour.travelling import filled_demo, touring

FOLDER = ROOT / "var" / "screenshots"
PICTURES = ROOT / "docs" / "pictures"
SIZES = {1280: 800, 360: 740}
SCHEMES = ("light", "dark")
README = {"messages": "messages", "message": "editor", "trace-2": "trace"}
HIGHEST = 6000  # px
A_SHEET = 12  # pictures


def main() -> int:
    options = _options()
    django.setup()
    from tests.portal.tour.listing import unlisted

    if missing := unlisted():
        print(f"no place in tests/portal/tour/stops.py, or no page: {', '.join(sorted(missing))}")
        return 1
    if not options.only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="flint-screenshots-") as folder,
        filled_demo(Path(folder) / "var") as (demo, names),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"]) as browser,
        touring(browser, demo, names) as tour,
    ):
        for stop in tour.stops:
            if options.only not in stop.name:
                continue
            name = f"{stop.name}-{stop.state}"
            page = tour.go(stop)
            faults += [f"{name}: {fault}" for fault in _take(page, name)]
            if options.readme and stop.state == "filled" and stop.name in README:
                _picture(page, README[stop.name])
            print(name, flush=True)
        _sheets(browser.new_page())
    print("\n".join(faults) or f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}")
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--only", default="", help="a part of a page's name")
    parser.add_argument("--readme", action="store_true", help="docs/pictures as well")
    return parser.parse_args()


def _take(page: Page, name: str) -> list[str]:
    """What is wrong with the page."""
    found = []
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_load_state("networkidle")
        found += [f"{fault} (at {width} px)" for fault in layout_faults(page)]
        # As high as the page: what sticks to a window's edge would else stand in the middle of a picture.
        high = page.evaluate("() => document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(HIGHEST, max(height, high))})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png")
    return found


def _picture(page: Page, name: str) -> None:
    """What a screen shows of the page, as WebP, which Playwright does not make."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": 80})
    session.detach()
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


def _sheets(page: Page) -> None:
    """Twelve pictures each, beginning with their tops."""
    page.set_viewport_size({"width": 1640, "height": 1200})
    for width in SIZES:
        for scheme in SCHEMES:
            files = sorted(FOLDER.glob(f"*-{width}-{scheme}.png"))
            for start in range(0, len(files), A_SHEET):
                page.goto((FOLDER.parent).as_uri())
                page.set_content(_sheet(files[start : start + A_SHEET]))
                page.wait_for_load_state("networkidle")
                number = start // A_SHEET + 1
                page.screenshot(path=FOLDER / f"sheet-{width}-{scheme}-{number:02}.png", full_page=True)


def _sheet(files: list[Path]) -> str:
    figures = "".join(map(_figure, files))
    style = (
        "body{display:grid;grid-template-columns:repeat(4,400px);gap:8px;font:14px sans-serif;margin:4px}"
        "figure{margin:0}div{height:520px;overflow:hidden;border:1px solid #888}img{width:100%}"
    )
    return f"<style>{style}</style>{figures}"


def _figure(file: Path) -> str:
    image = base64.b64encode(file.read_bytes()).decode()
    caption = f"<figcaption>{html.escape(file.stem)}</figcaption>"
    return f'<figure>{caption}<div><img src="data:image/png;base64,{image}"></div></figure>'


if __name__ == "__main__":
    sys.exit(main())
