"""Resolving the names of addresses that players sent: never to a machine of this network."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

from push.providers import allowed_hosts

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052


class NotPublic(OSError):
    """The name has no address on the public internet."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class PublicResolver(AbstractResolver):
    """A name is resolved once, and the connection goes to what was found and judged here.

    Hosts that the operator named (FLINT_PUSH_HOSTS) may be anywhere.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        addresses = {str(each[4][0]): each[0] for each in found}
        if host.lower() not in allowed_hosts():
            addresses = {address: kind for address, kind in addresses.items() if _is_public(address)}
        if not addresses:
            raise NotPublic(host)
        return [_result(host, address, port, kind) for address, kind in addresses.items()]

    async def close(self) -> None:
        return None


def _is_public(address: str) -> bool:
    """Of an IPv4 address inside an IPv6 one, the inner one counts."""
    parsed = ip_address(address.partition("%")[0])
    inner = _inner(parsed) if isinstance(parsed, IPv6Address) else None
    return parsed.is_global and not parsed.is_multicast and (inner is None or inner.is_global)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The one that a gateway makes of it."""
    if address in _NAT64:
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
