"""Where this server connects to for players and developers: never to a machine of its own network."""

import asyncio
import socket
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, 2.5.5.1: an IPv4 address by its number
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # RFC 8215: whatever a network makes of it


class NotPublic(OSError):
    """The name has no address on the public internet."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class PublicResolver(AbstractResolver):
    """A name is resolved once, and the connection goes to what was found and judged here.

    Hosts that `allowed` names, in lower case, may be anywhere. Names are looked up in `executor`'s threads,
    where there is one, so that slow ones hold up nobody else's.
    """

    def __init__(self, allowed: Callable[[], Collection[str]], executor: Executor | None = None) -> None:
        self._allowed, self._executor = allowed, executor

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises NotPublic, and OSError for a name that nobody knows."""
        addresses = {str(each[4][0]): each[0] for each in await self._look_up(host, port, family)}
        if host.lower() not in self._allowed():
            addresses = {address: kind for address, kind in addresses.items() if is_public(address)}
        if not addresses:
            raise NotPublic(host)
        return [_result(host, address, port, kind) for address, kind in addresses.items()]

    async def close(self) -> None:
        return None

    async def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[Any]:
        loop = asyncio.get_running_loop()
        kind, flags = socket.SOCK_STREAM, socket.AI_ADDRCONFIG
        if self._executor is None:
            return await loop.getaddrinfo(host, port, family=family, type=kind, flags=flags)
        look_up = partial(socket.getaddrinfo, host, port, family, kind, flags=flags)
        return await loop.run_in_executor(self._executor, look_up)


def is_public(address: str) -> bool:
    """Of an IPv4 address inside an IPv6 one, the inner one counts. Raises ValueError for a name."""
    parsed = ip_address(address.partition("%")[0])
    inner = _inner(parsed) if isinstance(parsed, IPv6Address) else None
    if isinstance(parsed, IPv6Address) and parsed in _LOCAL_NAT64:
        return False
    return parsed.is_global and not parsed.is_multicast and (inner is None or inner.is_global)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The one that a gateway makes of it."""
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _result(host: str, address: str, port: int, family: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=family,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
