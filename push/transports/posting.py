"""HTTP/1.1 requests to providers: one session of kept-alive connections, failures as PushErrors."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from yarl import URL

from push.providers import allowed_hosts
from push.transports.base import PushError
from push.transports.failures import failure
from realtime.public_addresses import NotPublic, PublicResolver

LARGEST_ANSWER = 65_536  # bytes; what a provider says beyond is not read


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> dict[str, Any]:
        """The body where it is a JSON object, else an empty one."""
        try:
            document = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) else {}


class Poster:
    """`public`: addresses of this network are not connected to."""

    def __init__(self, provider: str, context: ssl.SSLContext, limit: int, public: bool = False) -> None:
        self.provider = provider
        resolver = PublicResolver(allowed_hosts) if public else None
        connector = aiohttp.TCPConnector(ssl=context, limit=limit, resolver=resolver)
        # No cookies: what one device's service sets is not for another's.
        self._session = aiohttp.ClientSession(
            connector=connector, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def post(
        self, url: str, body: bytes | dict[str, str], headers: Mapping[str, str], origin: str = ""
    ) -> Reply:
        """Follows no redirect; the URL is sent as it is written. `origin` begins the codes of its failures.

        Raises PushError, or TimeoutError where it runs under one.
        """
        try:
            async with self._session.post(
                URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as response:
                content = await _read(response.content)
                return Reply(response.status, response.headers, content.decode("utf-8", "replace"))
        except aiohttp.ClientError as error:
            raise self._failure(error, origin) from error

    async def close(self) -> None:
        await self._session.close()

    @asynccontextmanager
    async def within(self, deadline: float) -> AsyncIterator[None]:
        """`deadline` in seconds; past it the time-out is the provider's failure."""
        try:
            async with asyncio.timeout(deadline):
                yield
        except TimeoutError as error:
            raise failure(self.provider, "timeout") from error

    def _failure(self, error: Exception, origin: str) -> PushError:
        if isinstance(error, aiohttp.ClientConnectorDNSError) and isinstance(error.os_error, NotPublic):
            return failure(self.provider, "private_address", provider=error.os_error.host)
        if isinstance(error, aiohttp.InvalidURL):
            return failure(self.provider, "invalid_address")
        if isinstance(error, aiohttp.ClientSSLError):
            code = "tls"
        elif isinstance(error, aiohttp.ClientConnectorError):
            code = "unreachable"
        else:
            code = "connection_lost"
        return failure(self.provider, f"{origin}{code}", why=type(error).__name__)


async def _read(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for part in content.iter_any():
        body += part
        if len(body) >= LARGEST_ANSWER:
            break
    return bytes(body)
