"""What reaches Django: the pages. So many of an address, and with headers that bind the browser.

An ASGI application in front of it: a page takes milliseconds, a host name that is not ours a traceback in the
log, and files and errors get the headers too.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from protocol.client_address import client_address, limited_as
from protocol.limiter import Limiter, Rate

Application = Callable[[Any, Any, Any], Awaitable[None]]

PAGES = Rate(20, 400)  # requests of an address: a page has some thirty files
UNKNOWN_HOST = b"No such host here: see FLINT_HOSTS.\n"
TOO_MANY = b"Too many requests from this address. Try again in a minute.\n"
# unfold's Alpine evaluates expressions of its templates and writes style attributes; its two style elements
# are named by their hash, the theme's colours and htmx's own. Nothing else that stands inline is run or
# applied, nothing is loaded from elsewhere or sent there. tests/portal/test_ops_policy.py walks the pages.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",
        "style-src-elem 'self' 'sha256-EaU02uNuS3uwapNbw69Q67d4FTl6TTXsLG2kaEd9uJ0='"
        " 'sha256-bsV5JivYxvGywDAZ22EZJKBFip65Ng9xoJVLbBg7bdo='",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
CSP = b"content-security-policy"
HEADERS = [
    (CSP, POLICY.encode()),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]


class Pages:
    def __init__(self, application: Application) -> None:
        self._application = application
        self._asked = Limiter("pages")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif not self._asked.take(limited_as(client_address(scope)), PAGES):
            await refuse(send, 429, TOO_MANY)
        elif not is_ours(scope):
            await refuse(send, 400, UNKNOWN_HOST)
        else:
            await self._application(scope, receive, bound(send))


def is_ours(scope: Any) -> bool:
    """Whether the request is for a host name of FLINT_HOSTS."""
    domain, _ = split_domain_port(dict(scope["headers"]).get(b"host", b"").decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


async def refuse(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body)), *HEADERS]
    if status == 429:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def bound(send: Any) -> Any:
    """Adds the headers, but for a policy where the page brings a stricter one (portal/web/policy.py).

    Not to Django's pages about errors while developing, whose scripts stand inline.
    """

    async def send_bound(message: Any) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            own = any(name.lower() == CSP for name, _ in given)
            if own or not (settings.DEBUG and message["status"] >= 400):
                message["headers"] = given + [each for each in HEADERS if not (own and each[0] == CSP)]
        await send(message)

    return send_bound
