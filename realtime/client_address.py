"""Whose address a connection comes from: proxies are believed only as far as they are configured."""

from typing import Any

from django.conf import settings


def client_address(scope: Any) -> str:
    """The peer's, or the entry of X-Forwarded-For that the outermost of FLINT_TRUSTED_HOPS proxies added."""
    peer = scope.get("client")
    address = peer[0] if peer else ""
    if not settings.TRUSTED_HOPS:
        return address
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = [hop.strip() for value in values for hop in value.split(",") if hop.strip()]
    return hops[-min(settings.TRUSTED_HOPS, len(hops))] if hops else address
