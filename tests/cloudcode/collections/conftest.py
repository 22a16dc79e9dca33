"""Runs scripts as a request would: in a sandbox process, with the server's answers."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.cloudcode.conftest import Ended

Result = Callable[..., Awaitable[Any]]


@pytest.fixture
def result(ended: Ended) -> Result:
    """`await result("var result = …;")`: what the script leaves in `result`."""

    async def run(text: str, **options: Any) -> Any:
        outcome = await ended(f"{text}\nSpark.setScriptData('result', result);", **options)
        assert outcome.failure is None, outcome.failure
        return outcome.script_data.get("result")

    return run
