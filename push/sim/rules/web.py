"""What a Web Push service asks of a push (docs/push-providers.md, Web Push)."""

import json
import re
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from ..keys import from_base64url
from ..subscriptions import Subscription, Subscriptions
from ..wire import Asked, Push, Refusal

LARGEST = 4096  # bytes
LONGEST_TOKEN = 24 * 3600  # seconds
URGENCIES = ("very-low", "low", "normal", "high")
_VAPID = re.compile(r"vapid\s+t=(?P<t>[\w.-]+)\s*,\s*k=(?P<k>[\w-]+)")
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")


def judge(asked: Asked, subscriptions: Subscriptions, origin: str, now: float, revoked: set[str]) -> Push:
    """The push with its body as it came: the service cannot read it. Raises Refusal."""
    if asked.method != "POST":
        raise Refusal(405, "method", "Web Push", asked.method)
    subscription = subscriptions.find(asked.path.partition("?")[0].rpartition("/")[2])
    if subscription is None:
        raise Refusal(404, "subscription", "Web Push 6", "no such subscription")
    _check_vapid(asked.headers.get("authorization", ""), subscription, origin, now, revoked)
    ttl = asked.headers.get("ttl", "")
    if not re.fullmatch(r"\d{1,10}", ttl):
        raise Refusal(400, "TTL", "Web Push 1", "missing, or not seconds")
    if asked.headers.get("urgency", "normal") not in URGENCIES:
        raise Refusal(400, "Urgency", "Web Push 2", asked.headers["urgency"])
    topic = asked.headers.get("topic", "")
    if topic and not _TOPIC.fullmatch(topic):
        raise Refusal(400, "Topic", "Web Push 3", "over 32 characters, or not base64url")
    _check_body(asked)
    return Push(subscription.id, asked.body, topic, int(ttl))


def _check_body(asked: Asked) -> None:
    if asked.body and asked.headers.get("content-encoding") != "aes128gcm":
        raise Refusal(400, "Content-Encoding", "Web Push 5", "not aes128gcm")
    if len(asked.body) > LARGEST:
        raise Refusal(413, "size", "Web Push 5", f"{len(asked.body)} bytes")


def _check_vapid(header: str, subscription: Subscription, origin: str, now: float, revoked: set[str]) -> None:
    """RFC 8292, 2 to 4.2."""
    match = _VAPID.fullmatch(header.strip())
    if match is None:
        raise Refusal(401, "vapid", "Web Push 4", "no vapid t=, k=")
    if match["k"] != subscription.server_key:
        raise Refusal(403, "key", "Web Push 4", "the subscription is for another application server key")
    claims = _claims(match["t"], match["k"], origin)
    ends = claims["exp"]
    if not isinstance(ends, int) or match["t"] in revoked or ends <= now:
        raise Refusal(403, "expired", "Web Push 4", "the token has expired")
    if ends - now > LONGEST_TOKEN:
        raise Refusal(403, "exp", "Web Push 4", "exp is over 24 h ahead")
    if not str(claims.get("sub", "mailto:")).startswith(("mailto:", "https:")):
        raise Refusal(403, "sub", "Web Push 4", "neither mailto: nor https:")


def _claims(token: str, key: str, origin: str) -> dict[str, Any]:
    options: Any = {"verify_exp": False, "require": ["aud", "exp"]}
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(key))
        claims: dict[str, Any] = jwt.decode(
            token, public, algorithms=["ES256"], audience=origin, options=options
        )
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Refusal(403, "vapid", "Web Push 4", str(error)) from error
    return claims


def readable(plaintext: bytes) -> Any:
    """As JSON where it is, for whoever reads the log."""
    text = plaintext.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
