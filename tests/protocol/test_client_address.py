from ipaddress import ip_network
from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from protocol.client_address import believed, client_address, limited_as, request_address

PROXY, OUTER, PLAYER = "10.0.0.1", "192.168.7.7", "203.0.113.7"


@pytest.fixture(autouse=True)
def one_proxy(settings: Settings) -> None:
    settings.TRUSTED_HOPS = 1


@pytest.mark.parametrize("peer", [PLAYER, PROXY, "2001:db8::1", "127.0.0.1"])
def test_header_is_not_believed_without_a_trusted_hop(peer: str, settings: Settings) -> None:
    settings.TRUSTED_HOPS = 0
    assert believed(peer, ["198.51.100.9"]) == peer


@pytest.mark.parametrize("peer", [PROXY, "127.0.0.1", "::ffff:10.0.0.1", "::1", "fd00::7", ""])
def test_a_trusted_proxy_is_believed(peer: str) -> None:
    assert believed(peer, [PLAYER]) == PLAYER


def test_a_peer_that_is_no_proxy_cannot_choose_its_address() -> None:
    assert believed("203.0.113.66", [PLAYER]) == "203.0.113.66"


def test_what_a_client_wrote_before_its_proxy_is_not_believed() -> None:
    assert believed(PROXY, [f"127.0.0.1, 10.0.0.9,{PLAYER}"]) == PLAYER


def test_several_headers_count_in_their_order() -> None:
    assert believed(PROXY, ["198.51.100.9", "198.51.100.8", PLAYER]) == PLAYER


def test_two_hops_are_walked_from_the_last(settings: Settings) -> None:
    settings.TRUSTED_HOPS = 2
    assert believed(PROXY, [f"198.51.100.9, {PLAYER}, {OUTER}"]) == PLAYER
    assert believed(PROXY, [PLAYER]) == PLAYER


def test_a_client_that_passes_the_outer_proxy_by_cannot_choose_its_address(settings: Settings) -> None:
    settings.TRUSTED_HOPS = 2
    assert believed(PROXY, [f"198.51.100.9, {PLAYER}"]) == PLAYER


def test_proxies_with_public_addresses_are_named(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("198.51.100.0/24")]
    assert believed("198.51.100.20", [PLAYER]) == PLAYER
    assert believed(PROXY, [PLAYER]) == PROXY


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("203.0.113.7:51234", PLAYER),
        ('"203.0.113.7"', PLAYER),
        ("  203.0.113.7\t", PLAYER),
        ("::ffff:203.0.113.7", PLAYER),
        ("[2001:DB8::7]:51234", "2001:db8::7"),
        ("2001:db8:0:0:0:0:0:7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        *(
            (garbage, PROXY)
            for garbage in ("unknown", "", " ", "203.0.113", "0x7f.1", "[", "::1::", "é", "1:2")
        ),
        ("203.0.113.7\x00", PROXY),
        ("9" * 10_000, PROXY),
    ],
)
def test_entry_is_read_as_proxies_write_it_and_garbage_is_the_proxys(entry: str, address: str) -> None:
    assert believed(PROXY, [entry]) == address


def test_garbage_before_a_good_entry_changes_nothing() -> None:
    assert believed(PROXY, ["unknown, <script>", f"garbage,{PLAYER}"]) == PLAYER


def scope(peer: tuple[str, int] | None, *forwarded: bytes) -> dict[str, Any]:
    return {"client": peer, "headers": [(b"host", b"x"), *((b"x-forwarded-for", each) for each in forwarded)]}


def test_address_of_an_asgi_connection() -> None:
    assert client_address(scope((PROXY, 1), b"198.51.100.9", PLAYER.encode())) == PLAYER
    assert client_address(scope((PROXY, 1), b"\xff\xfe")) == PROXY
    assert client_address(scope((PLAYER, 1))) == PLAYER
    assert client_address(scope(None)) == ""


def test_address_of_a_django_request() -> None:
    """Django joins repeated headers by commas."""
    get = RequestFactory().get
    assert (
        request_address(get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=f"198.51.100.9,{PLAYER}")) == PLAYER
    )
    assert request_address(get("/", REMOTE_ADDR=PLAYER, HTTP_X_FORWARDED_FOR="198.51.100.9")) == PLAYER
    assert request_address(get("/", REMOTE_ADDR="")) == ""


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (PLAYER, PLAYER),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::7", "2001:db8:0:2::/64"),
        ("::ffff:203.0.113.7", PLAYER),
        *((mine, "") for mine in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "")),
    ],
)
def test_an_ipv6_address_is_limited_with_its_network_and_this_machine_never(address: str, key: str) -> None:
    assert limited_as(address) == key
