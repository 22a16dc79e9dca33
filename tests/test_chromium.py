"""The browser that browser tests run in."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.chromium import find_chromium


def test_find_chromium_prefers_the_named_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine"
    mine.write_text("#!/bin/sh\n")
    mine.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert find_chromium() == str(mine)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    assert find_chromium() is None


def test_find_chromium_looks_along_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = tmp_path / "chromium-browser"
    found.write_text("#!/bin/sh\n")
    found.chmod(0o755)
    assert find_chromium() == str(found)


def test_page_shows_what_it_was_given(page: Page) -> None:
    page.set_content("<p>Flint 😀</p>")
    assert page.inner_text("p") == "Flint 😀"
