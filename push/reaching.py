"""Whether a provider can be reached at all: a connection with TLS, nothing asked over it."""

import asyncio
import ssl

from push.endpoints import Address
from push.transports.base import Step
from push.transports.failures import failure
from push.transports.steps import tried

PATIENCE = 10.0  # seconds


async def reach(url: str, context: ssl.SSLContext) -> Step:
    address = Address.of(url)
    works = f"{address.authority} answers, with a certificate that is trusted."
    return await tried(f"connection to {address.authority}", _connect(address, context), works)


async def _connect(address: Address, context: ssl.SSLContext) -> None:
    """Raises PushError."""
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    except TimeoutError as error:
        raise failure("", "timeout", provider=address.authority) from error
    except ssl.SSLError as error:
        raise failure("", "tls", words=error.reason or str(error)) from error
    except OSError as error:
        words = error.strerror or str(error)
        raise failure("", "unreachable", provider=address.authority, words=words) from error
    writer.transport.abort()
