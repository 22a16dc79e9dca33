"""TLS as a service shows it, faults in it included."""

import ssl
from collections.abc import Sequence

from ..authority import HOSTS, Authority
from ..world import World


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
