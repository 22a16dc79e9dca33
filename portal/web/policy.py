"""What binds the browser on every page of the portal. Nothing inline, nothing from elsewhere."""

import secrets

from django.http import HttpRequest, HttpResponse

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


def style_nonce(request: HttpRequest) -> str:
    """That of the answer to this request, for the style elements that an editor's script adds."""
    nonce: str | None = getattr(request, "style_nonce", None)
    if nonce is None:
        nonce = secrets.token_urlsafe(16)
        request.style_nonce = nonce  # type: ignore[attr-defined]
    return nonce


def bind(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Adds the policy, with a nonce of this response alone, and keeps the page out of every cache."""
    nonce = style_nonce(request)
    response["Content-Security-Policy"] = "; ".join(RULES).format(nonce=nonce)
    response["Cache-Control"] = "no-store"
    return response
