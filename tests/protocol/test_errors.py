"""Faults that are told at once."""

from typing import Any

import pytest

from protocol.errors import RequestError, together


def refuse(**fields: Any) -> Any:
    raise RequestError(fields)


def test_together_returns_what_both_return() -> None:
    assert together(lambda: 1, lambda: "two") == (1, "two")


def test_together_tells_the_faults_of_both() -> None:
    both = [(lambda: refuse(a="INVALID"), lambda: refuse(b="REQUIRED")), (lambda: refuse(a="INVALID"), int)]
    for (one, other), fields in zip(both, ({"a": "INVALID", "b": "REQUIRED"}, {"a": "INVALID"}), strict=True):
        with pytest.raises(RequestError) as refused:
            together(one, other)
        assert refused.value.fields == fields
    with pytest.raises(RequestError) as refused:
        together(int, lambda: refuse(b="REQUIRED"))
    assert refused.value.fields == {"b": "REQUIRED"}
