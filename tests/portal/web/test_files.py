"""Which files pages load: few, since a browser that comes for the first time waits for each."""

import re
from pathlib import Path

import pytest

from players.segment_settings import save_query
from tests.portal.web.people import People

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).parents[3] / "static"
AROUND = {
    "ops/flint.svg",
    "portal/messages.css",
    "portal/portal.css",
    "portal/shell.js",
    "vendor/bootstrap.min.css",
    "vendor/htmx.min.js",
    "vendor/inter-latin.woff2",
}


@pytest.mark.parametrize(
    ("address", "files"),
    [
        (
            "messages/FriendMessage/",
            {"portal/editor.css", "portal/editor.js", "portal/unsaved.js", "vendor/codemirror.js"},
        ),
        (
            "segments/queries/edit/OLD/",
            {
                "portal/editor.css",
                "portal/query.js",
                "portal/segments.css",
                "portal/unsaved.js",
                "vendor/codemirror.js",
            },
        ),
        ("preview/harness/", {"portal/harness.css", "portal/harness.js"}),
        ("settings/", {"portal/settings.css", "portal/unsaved.js"}),
        ("messages/", {"portal/messages.js"}),
    ],
)
def test_a_page_loads_its_scripts_as_one_file(people: People, address: str, files: set[str]) -> None:
    save_query(people.game, "OLD", None, query={"field": "created", "op": "lt", "value": "-P7D"})
    page = people.client("owner").get(f"/g/ours/{address}").content.decode()
    assert loaded(page) == AROUND | files


def loaded(page: str) -> set[str]:
    """Below static/: what the page names, and what its scripts import."""
    named = re.findall(r'<(?:link|script)[^>]* (?:href|src)="/static/([^"]+)"', page)
    return {file for name in named for file in (name, *imports(name))}


def imports(name: str) -> set[str]:
    if not name.startswith("portal/") or not name.endswith(".js"):
        return set()
    folder = (STATIC / name).parent
    others = re.findall(r'(?:^import|^\} from|from) "([^"]+)";', (STATIC / name).read_text(), re.MULTILINE)
    paths = {str((folder / other).resolve().relative_to(STATIC)) for other in others}
    return paths.union(*map(imports, paths))
