"""HTTP/1.1 requests to providers: one session of kept-alive connections, failures as PushErrors."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from yarl import URL

from push.transports.base import PushError
from push.transports.public_addresses import NotPublic, PublicResolver

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
    """`provider` is how people call it. `public`: addresses of this network are not connected to."""

    def __init__(self, provider: str, context: ssl.SSLContext, limit: int, public: bool = False) -> None:
        self.provider = provider
        resolver = PublicResolver() if public else None
        connector = aiohttp.TCPConnector(ssl=context, limit=limit, resolver=resolver)
        # No cookies: what one device's service sets is not for another's.
        self._session = aiohttp.ClientSession(
            connector=connector, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def post(self, url: str, body: bytes | dict[str, str], headers: Mapping[str, str]) -> Reply:
        """Follows no redirect; the URL is sent as it is written.

        Raises PushError, or TimeoutError where it runs under one.
        """
        try:
            async with self._session.post(
                URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as response:
                content = await _read(response.content)
                return Reply(response.status, response.headers, content.decode("utf-8", "replace"))
        except aiohttp.ClientError as error:
            raise self._failure(error) from error

    async def close(self) -> None:
        await self._session.close()

    @asynccontextmanager
    async def within(self, deadline: float) -> AsyncIterator[None]:
        """`deadline` in seconds; past it the time-out is the provider's failure."""
        try:
            async with asyncio.timeout(deadline):
                yield
        except TimeoutError as error:
            sentence = f"{self.provider} did not answer in time."
            raise PushError("timeout", sentence, account=True) from error

    def _failure(self, error: Exception) -> PushError:
        if isinstance(error, aiohttp.ClientConnectorDNSError) and isinstance(error.os_error, NotPublic):
            return PushError("private_address", str(error.os_error), permanent=True)
        if isinstance(error, aiohttp.InvalidURL):
            return PushError("invalid_address", "The address is not a URL.", permanent=True)
        if isinstance(error, aiohttp.ClientSSLError):
            return PushError("tls", f"No secure connection: {type(error).__name__}", account=True)
        if isinstance(error, aiohttp.ClientConnectorError):
            sentence = f"{self.provider} cannot be reached: {type(error).__name__}"
            return PushError("unreachable", sentence, account=True)
        sentence = f"The connection to {self.provider} failed: {type(error).__name__}"
        return PushError("connection_lost", sentence, account=True)


async def _read(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for part in content.iter_any():
        body += part
        if len(body) >= LARGEST_ANSWER:
            break
    return bytes(body)
