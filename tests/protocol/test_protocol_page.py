"""docs/protocol.md names every request of Flint's own that is built, with its fields and errors."""

import re
from pathlib import Path

import pytest

from protocol.catalogue import CATALOGUE
from protocol.support import support_rows

PAGE = (Path(__file__).parents[2] / "docs/protocol.md").read_text()
BUILT = [name for group, name, state in support_rows() if group == "Flint" and state != "NOT_SUPPORTED"]


def test_protocol_page_has_exactly_the_requests_that_are_built() -> None:
    rows = "".join(line for line in PAGE.splitlines() if re.match(r"\| \w+Request", line))
    assert sorted(re.findall(r"\b\w+Request\b", rows)) == sorted(BUILT)


@pytest.mark.parametrize("name", BUILT)
def test_protocol_page_names_fields_answer_and_errors(name: str) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith("|") and name in line]
    _, _, fields, answer, errors, _ = row.split("|")
    spec = CATALOGUE[name]
    assert set(re.findall(r"`(\w+)\??`", fields)) == set(spec.request)
    assert set(spec.response) - {"invalidPlayerIds"} == set(re.findall(r"`(\w+)(?:: true)?`", answer))
    for error in spec.errors:
        assert f"`{error.key}`" in errors
        assert error.value in errors
