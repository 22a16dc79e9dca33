import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from realtime.public_addresses import NotPublic, PublicResolver


def resolving_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def getaddrinfo(host: str, port: int, **options: Any) -> list[Any]:
        return [(10 if ":" in address else 2, 1, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


async def test_public_addresses_alone_are_connected_to(monkeypatch: pytest.MonkeyPatch):
    resolving_to(monkeypatch, "192.168.0.1", "17.188.1.1", "fe80::1", "2a00:1450:4001::1")
    found = await PublicResolver(frozenset).resolve("push.example.org", 443)
    assert [each["host"] for each in found] == ["17.188.1.1", "2a00:1450:4001::1"]
    assert {each["hostname"] for each in found} == {"push.example.org"}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fd00::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "2002:a00:1::",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::17.188.1.1",
        "::127.0.0.1",
    ],
)
async def test_no_address_of_this_network(monkeypatch: pytest.MonkeyPatch, address: str):
    resolving_to(monkeypatch, address)
    with pytest.raises(NotPublic):
        await PublicResolver(frozenset).resolve("push.example.org", 443)


async def test_public_address_behind_a_gateway_to_ipv4_is_connected_to(monkeypatch: pytest.MonkeyPatch):
    resolving_to(monkeypatch, "64:ff9b::17.188.1.1")
    [found] = await PublicResolver(frozenset).resolve("push.example.org", 443)
    assert found["host"] == "64:ff9b::17.188.1.1"


async def test_host_that_the_operator_named_may_be_anywhere(monkeypatch: pytest.MonkeyPatch):
    resolving_to(monkeypatch, "10.0.0.1")
    [found] = await PublicResolver(lambda: ["push.intern"]).resolve("PUSH.intern", 443)
    assert found["host"] == "10.0.0.1"


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"])
async def test_an_address_written_otherwise_is_the_same_address(host: str):
    with ThreadPoolExecutor(1) as threads, pytest.raises(NotPublic):
        await PublicResolver(frozenset, threads).resolve(host, 80, socket.AF_INET)
