"""Which address a client comes from, and as whom that address is limited.

Proxies are believed as far as they are configured: FLINT_TRUSTED_HOPS of them, each at an address of
FLINT_TRUSTED_PROXIES. Whoever reaches the port, or an inner proxy, past the others cannot choose its address.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
ONE_HOUSEHOLD = 64  # bits: what a provider gives one customer at least, who may use any address of it


def client_address(scope: Any) -> str:
    """Of an ASGI connection: "203.0.113.7", "2001:db8::7", or "" where there is none (a Unix socket)."""
    peer = scope.get("client")
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return believed(peer[0] if peer else "", forwarded)


def request_address(request: HttpRequest) -> str:
    """The same of a Django request."""
    return believed(request.META.get("REMOTE_ADDR") or "", [request.META.get("HTTP_X_FORWARDED_FOR", "")])


def believed(peer: str, forwarded: Iterable[str]) -> str:
    """The peer's address, or what trusted proxies wrote into X-Forwarded-For, from the last one backwards.

    `forwarded` are the header's values in their order. An entry counts only if a trusted proxy wrote it, and
    only if it is an address.
    """
    found = read_address(peer)
    hops = [hop for value in forwarded for hop in value.split(",")] if settings.TRUSTED_HOPS else []
    for hop in hops[: -settings.TRUSTED_HOPS - 1 : -1]:
        before = read_address(hop)
        if before is None or not is_proxy(found):
            break
        found = before
    return str(found or "")


def read_address(text: str) -> Address | None:
    """As proxies write it: with a port, in brackets, with a zone, IPv4 inside IPv6. None if it is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def is_proxy(peer: Address | None) -> bool:
    """A peer without an address came over a Unix socket, which the proxy of this machine holds."""
    return peer is None or any(peer in network for network in settings.TRUSTED_PROXIES)


@lru_cache(maxsize=10_000)
def limited_as(address: str) -> str:
    """The key of all limits by address: an IPv4 address, the /64 of an IPv6 one.

    "" for this machine's own clients: they are not limited.
    """
    found = read_address(address)
    if found is None or found.is_loopback:
        return ""
    if isinstance(found, IPv6Address):
        return str(ip_network((found, ONE_HOUSEHOLD), strict=False))
    return str(found)
