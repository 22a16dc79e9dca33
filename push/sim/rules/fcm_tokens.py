"""A service account's assertion for FCM's access token (FCM 9)."""

from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from ..accounts import EMAIL, SERVICE_KEY_ID
from ..wire import Refusal

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPES = {
    "https://www.googleapis.com/auth/firebase.messaging",
    "https://www.googleapis.com/auth/cloud-platform",
}
LONGEST = 3600  # seconds from iat to exp
CLOCKS_DIFFER = 60
RULE = "FCM 9"
# What google-auth signs for, wherever it was told to ask: Google takes no other name of itself from it.
GOOGLE = "https://oauth2.googleapis.com/token"


def check_assertion(form: Mapping[str, str], key: rsa.RSAPublicKey, audience: str, now: float) -> None:
    """`audience` is this endpoint. Raises Refusal with RFC 6749's codes."""
    if form.get("grant_type") != GRANT:
        raise Refusal(400, "unsupported_grant_type", RULE, "not a JWT bearer grant")
    claims = _claims(form.get("assertion", ""), key, audience)
    if not SCOPES & set(str(claims.get("scope", "")).split()):
        raise Refusal(400, "invalid_scope", RULE, "no scope that FCM is in")
    issued, ends = claims["iat"], claims["exp"]
    if not isinstance(issued, int) or not isinstance(ends, int) or not 0 < ends - issued <= LONGEST:
        raise Refusal(400, "invalid_grant", RULE, "exp is not within an hour of iat")
    if issued - now > CLOCKS_DIFFER or ends <= now:
        detail = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
        raise Refusal(400, "invalid_grant", RULE, detail)


def _claims(assertion: str, key: rsa.RSAPublicKey, audience: str) -> dict[str, Any]:
    # Its times are compared with the simulator's clock, which may be ahead.
    options: Any = {"verify_iat": False, "verify_exp": False, "require": ["iss", "aud", "iat", "exp"]}
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion, key, algorithms=["RS256"], audience=[audience, GOOGLE], issuer=EMAIL, options=options
        )
        key_id = jwt.get_unverified_header(assertion).get("kid", SERVICE_KEY_ID)
    except jwt.InvalidTokenError as error:
        raise Refusal(400, "invalid_grant", RULE, f"Invalid JWT: {error}") from error
    if key_id != SERVICE_KEY_ID:
        raise Refusal(400, "invalid_grant", RULE, "Invalid JWT: no such key")
    return claims
