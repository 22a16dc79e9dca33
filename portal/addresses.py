"""The server's address as people and clients see it."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Without a slash at its end."""
    return (settings.PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")


def link(request: HttpRequest, path: str) -> str:
    """The address of a page, for somebody who is elsewhere."""
    return address_of(request) + path


def elsewhere(path: str) -> str:
    """The same where nobody has asked: without FLINT_PUBLIC_URL the server's part of it is missing."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def socket_of(base: str) -> str:
    """The same for WebSockets."""
    return "ws" + base.removeprefix("http")
