"""What binds the browser on every page of the portal. Nothing inline, nothing from elsewhere."""

import secrets

from django.http import HttpResponse

RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce-{nonce}'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)


def bind(response: HttpResponse) -> HttpResponse:
    """Adds the policy, with a nonce of this response alone, and keeps the page out of every cache."""
    nonce = secrets.token_urlsafe(16)
    response["Content-Security-Policy"] = "; ".join(RULES).format(nonce=nonce)
    response["Cache-Control"] = "no-store"
    return response
