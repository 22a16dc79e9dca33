"""System checks of the limits by which strangers are held off."""

import resource
from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from realtime.room import most_sockets

ABOVE_ZERO = [
    "FLINT_SCRIPT_SECONDS",
    "FLINT_SCRIPT_MESSAGE_SECONDS",
    "FLINT_LIMIT_ADDRESS_REQUESTS_PER_SECOND",
    "FLINT_LIMIT_HANDSHAKES_PER_SECOND",
    "FLINT_LIMIT_LOGINS_PER_SECOND",
    "FLINT_LIMIT_REQUESTS_PER_SECOND",
    "FLINT_LIMIT_SERVER_REQUESTS_PER_SECOND",
]
AT_LEAST_ONE = [
    "FLINT_LIMIT_ADDRESS_REQUESTS_BURST",
    "FLINT_LIMIT_HANDSHAKES_BURST",
    "FLINT_LIMIT_LOGINS_BURST",
    "FLINT_LIMIT_REQUESTS_BURST",
    "FLINT_LIMIT_SOCKETS",
    "FLINT_LIMIT_SOCKETS_PER_ADDRESS",
    "FLINT_LIMIT_SOCKETS_PER_PLAYER",
]


def limits() -> Iterator[CheckMessage]:
    for name in ABOVE_ZERO:
        if getattr(settings, name) <= 0:
            yield Error(f"{name} must be above 0.", id="flint.E002")
    for name in AT_LEAST_ONE:
        if getattr(settings, name) < 1:
            yield Error(f"{name} must be at least 1.", id="flint.E002")


def room_for_sockets() -> Iterator[CheckMessage]:
    wanted, of_address = settings.FLINT_LIMIT_SOCKETS, settings.FLINT_LIMIT_SOCKETS_PER_ADDRESS
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)  # `serve` takes as many as it may
    if (room := most_sockets(files)) < wanted:
        yield Warning(
            f"The limit of {files} open files leaves room for {room} sockets, not for {wanted:g}.",
            hint="Raise it (systemd: LimitNOFILE=, containers: ulimits), or lower FLINT_LIMIT_SOCKETS.",
            id="flint.W021",
        )
    if of_address > room / 2:
        yield Warning(
            f"FLINT_LIMIT_SOCKETS_PER_ADDRESS is {of_address:g}: two addresses can fill a process.",
            id="flint.W022",
        )


def trusted_proxies() -> Iterator[CheckMessage]:
    if wide := [str(each) for each in settings.TRUSTED_PROXIES if each.is_global and each.prefixlen < 8]:
        yield Warning(
            f"FLINT_TRUSTED_PROXIES believes half the world: {', '.join(wide)}.",
            hint="Name your proxies: everybody else could choose the address that is limited and logged.",
            id="flint.W020",
        )
