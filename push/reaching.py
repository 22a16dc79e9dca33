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
    writer = None
    try:
        async with asyncio.timeout(PATIENCE):
            # In two steps: a handshake that is given up would leave its socket open.
            _, writer = await asyncio.open_connection(address.host, address.port)
            await writer.start_tls(context, server_hostname=address.host)
    except TimeoutError as error:
        raise failure("", "timeout", provider=address.authority) from error
    except ssl.SSLError as error:
        raise failure("", "tls", words=error.reason or str(error)) from error
    except OSError as error:
        words = error.strerror or str(error)
        raise failure("", "unreachable", provider=address.authority, words=words) from error
    finally:
        if writer is not None:
            writer.transport.abort()
