"""TLS as a service shows it, faults in it included; and the rudest end of a connection."""

import asyncio
import ssl
import struct
from collections.abc import Sequence
from socket import SO_LINGER, SOL_SOCKET

from ..authority import HOSTS, Authority
from ..world import World

NO_LINGER = struct.pack("ii", 1, 0)


def reset(transport: asyncio.Transport) -> None:
    """With RST, not FIN."""
    transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, NO_LINGER)
    transport.abort()


def tls_context(
    world: World, service: str, hosts: Sequence[str] = HOSTS, alpn: Sequence[str] = ()
) -> ssl.SSLContext:
    """Each handshake asks for a fault on `connect`."""
    context = world.authority.server_context(hosts, alpn)
    untrusted = Authority().server_context(hosts, alpn)

    def on_hello(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        for kind in ("tls_cut", "tls_untrusted"):
            fault = world.faults.find(service, "connect")
            if fault is not None and fault.kind == kind:
                fault.fired += 1
                if kind == "tls_cut":
                    return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE
                connection.context = untrusted
                return None
        return None

    context.sni_callback = on_hello
    return context
