"""A browser's push subscription, as the page sent it: the `pushId` of a web device."""

import json
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from push.base64url import decode

AUTH_LENGTH = 16


class Subscription(NamedTuple):
    """`key` is the browser's public point, 65 bytes; `auth` its secret."""

    endpoint: str
    key: bytes
    auth: bytes


def read_subscription(push_id: str) -> Subscription:
    """Raises ValueError for what no browser would send, keys that nothing can be encrypted for included."""
    try:
        document: Any = json.loads(push_id)
        endpoint, keys = document["endpoint"], document["keys"]
        key, auth = decode(keys["p256dh"]), decode(keys["auth"])
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("not a subscription") from error
    if not isinstance(endpoint, str) or len(auth) != AUTH_LENGTH:
        raise ValueError("not a subscription")
    return Subscription(endpoint, key, auth)
