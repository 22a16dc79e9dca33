"""docs/settings.md and portal/settings.py name the same environment variables."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def test_settings_page_lists_every_variable_in_order_of_name() -> None:
    read = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "portal/settings.py").read_text())
    page, _, make_run = (ROOT / "docs/settings.md").read_text().partition("## `make run`")
    listed = ROW.findall(page)
    assert sorted(listed) == sorted(set(read))
    assert listed[2:] == sorted(listed[2:])
    assert ROW.findall(make_run) == ["HOST", "PORT", "STORY", "RESET_ADMIN", "PYTHON"]


def test_settings_are_read_in_one_place() -> None:
    """What bin/, the tests and the tools read is no setting of the server, nor is what systemd tells it."""
    packages = ("protocol", "games", "realtime", "players", "push", "messaging", "competition", "portal")
    readers = [
        str(path.relative_to(ROOT))
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if re.search(r"os\.(environ(\.get|\[[^]]+\](?! = ))|getenv)", path.read_text())
    ]
    assert readers == ["realtime/systemd.py", "portal/environment.py"]
