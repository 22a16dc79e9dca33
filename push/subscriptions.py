"""A browser's push subscription, as the page sent it: the `pushId` of a web device."""

import json
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from push.base64url import decode

AUTH_LENGTH = 16


class Subscription(NamedTuple):
    """`auth` is the browser's secret."""

    endpoint: str
    key: ec.EllipticCurvePublicKey
    auth: bytes


def read_subscription(push_id: str) -> Subscription:
    """Raises ValueError for what no browser would send, keys that nothing can be encrypted for included."""
    try:
        document: Any = json.loads(push_id)
        endpoint, keys = document["endpoint"], document["keys"]
        auth = decode(keys["auth"])
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(keys["p256dh"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("not a subscription") from error
    if not isinstance(endpoint, str) or len(auth) != AUTH_LENGTH:
        raise ValueError("not a subscription")
    return Subscription(endpoint, key, auth)
