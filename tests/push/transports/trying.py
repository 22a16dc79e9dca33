"""What the tests of every transport do: open one on an account, and send what must fail."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

from push.models import ProviderAccount
from push.transports.base import Notification, PushError, Transport
from tests.push.recorder import unsaved_account
from tests.push.simulated import Simulated

T = TypeVar("T", bound=Transport)


@asynccontextmanager
async def opened(
    make: Callable[[ProviderAccount], T], server: Simulated, document: dict[str, Any] | None = None
) -> AsyncIterator[T]:
    """A transport for the server's account, or for what `document` makes of it."""
    transport = make(unsaved_account(server.name, document or server.document()))
    try:
        yield transport
    finally:
        await transport.close()


async def fails(transport: Transport, notification: Notification, deadline: float = 5) -> PushError:
    """`deadline` in seconds."""
    with pytest.raises(PushError) as raised:
        await transport.send(notification, deadline)
    return raised.value
