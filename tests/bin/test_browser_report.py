"""The report of the browser tests is what pytest wrote down, on each database."""

from bin.browser_report import page, read

FILE = "tests.portal.browser.test_rules"
XML = f"""<testsuites><testsuite>
<testcase classname="{FILE}" name="test_a_thing_is_done[chromium]" time="1.25" />
<testcase classname="{FILE}" name="test_b[chromium-x]" time="2"><failure /></testcase>
<testcase classname="{FILE}" name="test_third" time="0.1"><error /></testcase>
</testsuite></testsuites>"""


def test_each_test_is_told_with_its_outcome_on_each_database() -> None:
    told = page({"sqlite": read(XML), "postgresql": read(XML)[:1]}, ["2026-11-28, commit abc"])
    assert told.splitlines()[3:] == [
        "with its seconds; ✖ did not.",
        "",
        "- 2026-11-28, commit abc",
        "",
        "## What tests in this folder may do",
        "",
        "| `tests/portal/browser/test_rules.py` | SQLite | PostgreSQL, Redis |",
        "|---|--:|--:|",
        "| a thing is done | ✔ 1.2 | ✔ 1.2 |",
        "| b (x) | ✖ 2.0 | – |",
        "| third | ✖ 0.1 | – |",
    ]
