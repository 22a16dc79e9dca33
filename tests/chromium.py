"""Where the browser tests find their Chromium."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PATIENCE = 30_000  # ms until a page shows what is expected, on a machine that is busy with other tests
# Of the browser's own window, which nobody looks at: two pages for the address bar's suggestions, and a
# process in reserve. A test's browser is several such windows.
_UNSEEN = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
)
# Chromium heeds the last such list alone, so Playwright's is here too.
_PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", f"--disable-features={','.join((*_PLAYWRIGHTS, *_UNSEEN))}"]
MISSING = "no Chromium found: install it (Debian: apt-get install chromium) or name it in CHROMIUM"


def find_chromium() -> str | None:
    """The path of the browser that CHROMIUM names, else of the first one installed."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    found = [path for name in NAMES if (path := shutil.which(name))]
    return next(iter(found + [path for path in APPLICATIONS if Path(path).exists()]), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's launch arguments, for the system's own Chromium. Fails, never skips."""
    expect.set_options(timeout=PATIENCE)
    path = find_chromium()
    if path is None:
        pytest.fail(MISSING)
    return {**browser_type_launch_args, "executable_path": path, "args": ARGUMENTS}
