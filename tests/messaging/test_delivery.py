import logging
from collections.abc import Sequence

import pytest
from django.db import InterfaceError

from messaging import delivery
from messaging.delivery import Delivery, flush
from protocol.run import Run


@pytest.mark.parametrize("fault", [InterfaceError("connection already closed"), ValueError("our own")])
async def test_a_fault_while_delivering_is_logged_and_left_to_the_sweeper(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A run whose messages are stored was answered: its sender's connection must not pay for what follows."""

    async def fail(deliveries: Sequence[Delivery]) -> None:
        raise fault

    monkeypatch.setattr(delivery, "deliver", fail)
    run = Run()
    run.deliveries.append(object())
    with caplog.at_level(logging.ERROR):
        await flush(run)
    assert run.deliveries == []
    assert [record.getMessage() for record in caplog.records] == [
        "1 messages were not decided; the sweeper will"
    ]
