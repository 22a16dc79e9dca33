"""What the documentation has from the code is what the code says."""

import pytest

from bin.write_docs import (
    ROOT,
    api,
    cloud_code,
    monitoring,
    operations,
    readme,
    replaced,
    requests_page,
    section,
    story,
)

PRINTED = """\
Loaded the game

The story.

\x1b[36;1mAnna logs in\x1b[0m
  anna              +72 ms  logged in as Anna                  \x1b[32;1mAuthentication\x1b[0m
Pascal leaves
  pascal           +390 ms  closed its socket                  close 1000

Flint serves
"""


def test_requests_page_is_what_the_registry_says() -> None:
    assert (ROOT / "docs/requests.md").read_text() == requests_page()


def test_api_page_has_every_operation() -> None:
    text = (ROOT / "docs/api.md").read_text()
    assert api(text) == text
    assert (
        "| `GET /api/v1/games/{api_key}/messages` | Every message class, and the game's extensions. |" in text
    )


def test_monitoring_page_has_every_metric() -> None:
    text = (ROOT / "docs/monitoring.md").read_text()
    assert monitoring(text) == text
    assert "| `flint_handshakes_total` | counter | `outcome` | Handshakes of sockets by outcome. |" in text


def test_readme_has_the_registrys_table_and_the_demos_client() -> None:
    text = (ROOT / "README.md").read_text()
    assert readme(text) == text
    assert "| Player | AccountDetails, ChangeUserDetails, DismissMessage, " in section(text, "requests")


def test_story_is_the_timeline_without_colours() -> None:
    assert story(PRINTED).splitlines() == [
        "Anna logs in",
        "  anna              +72 ms  logged in as Anna                  Authentication",
        "Pascal leaves",
        "  pascal           +390 ms  closed its socket                  close 1000",
    ]


@pytest.mark.parametrize(
    ("page", "written"),
    [
        ("<!-- a -->\nold\n<!-- /a -->\nrest", "<!-- a -->\nnew\n<!-- /a -->\nrest"),
        ("<!-- a -->\n```text\n```\n<!-- /a -->\n", "<!-- a -->\n```text\nnew\n```\n<!-- /a -->\n"),
        (
            '<!-- a -->\n<!-- check: until "x" -->\n```sh\nold\n```\n<!-- /a -->\n',
            '<!-- a -->\n<!-- check: until "x" -->\n```sh\nnew\n```\n<!-- /a -->\n',
        ),
    ],
)
def test_section_is_replaced_within_its_fence(page: str, written: str) -> None:
    assert replaced(page, "a", "new\n") == written


def test_page_without_the_section_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no <!-- a --> section"):
        replaced("# Flint\n", "a", "")


def test_operations_page_has_the_measured_sizes() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    assert operations(text) == text
    assert "| idle sockets | " in text


def test_cloud_code_page_has_every_method() -> None:
    text = (ROOT / "docs/cloud-code.md").read_text()
    assert cloud_code(text) == text
    assert "| SparkRedis | – | all |" in section(text, "methods")
