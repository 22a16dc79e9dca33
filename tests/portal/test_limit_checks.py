import resource
from ipaddress import ip_network
from typing import Any

import pytest

from portal import limit_checks


def texts(check: Any) -> list[str]:
    return [message.msg for message in check()]


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, 100_000))


def test_defaults_are_sound() -> None:
    assert texts(limit_checks.limits) == []
    assert texts(limit_checks.room_for_sockets) == []
    assert texts(limit_checks.trusted_proxies) == []


def test_limits_that_let_nobody_in_are_refused(settings: Any) -> None:
    settings.FLINT_LIMIT_LOGINS_PER_SECOND = 0
    settings.FLINT_LIMIT_HANDSHAKES_BURST = 0.5
    settings.FLINT_LIMIT_SOCKETS_PER_PLAYER = -1
    assert texts(limit_checks.limits) == [
        "FLINT_LIMIT_LOGINS_PER_SECOND must be above 0.",
        "FLINT_LIMIT_HANDSHAKES_BURST must be at least 1.",
        "FLINT_LIMIT_SOCKETS_PER_PLAYER must be at least 1.",
    ]


def test_too_few_files_are_named(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, 4096))
    assert texts(limit_checks.room_for_sockets) == [
        "The limit of 4096 open files leaves room for 3413 sockets, not for 16000."
    ]


def test_address_that_could_fill_a_process_is_named(settings: Any) -> None:
    settings.FLINT_LIMIT_SOCKETS_PER_ADDRESS = 8001
    assert texts(limit_checks.room_for_sockets) == [
        "FLINT_LIMIT_SOCKETS_PER_ADDRESS is 8001: two addresses can fill a process."
    ]


def test_proxies_that_could_be_anybody_are_named(settings: Any) -> None:
    networks = ("0.0.0.0/0", "198.51.100.0/24", "::/0", "10.0.0.0/8")
    settings.TRUSTED_PROXIES = [ip_network(each) for each in networks]
    assert texts(limit_checks.trusted_proxies) == [
        "FLINT_TRUSTED_PROXIES believes half the world: 0.0.0.0/0, ::/0."
    ]
