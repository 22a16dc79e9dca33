"""The head of a request to APNs, compressed as Apple asks: what changes from push to push stays out of the
table that both sides keep, so that what does not change stays in it.
"""

import time
from collections.abc import Iterable
from typing import Any

from aioapns.common import NotificationRequest, PushType
from h2.config import H2Configuration
from h2.connection import H2Connection
from hpack import Encoder, HeaderTuple, NeverIndexedHeaderTuple

Head = list[HeaderTuple]

# What is sent is made here, in the form that h2 would bring it into, of tokens, topics and keys that were
# checked; of answers a status and a JSON body are read, with whatever stands beside them.
_CONFIGURATION = H2Configuration(
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
    validate_inbound_headers=False,
    normalize_inbound_headers=False,
)
_METHOD, _SCHEME = HeaderTuple(b":method", b"POST"), HeaderTuple(b":scheme", b"https")
_TYPES = {each: HeaderTuple(b"apns-push-type", each.value.encode()) for each in PushType}


class _Encoder(Encoder):
    """Without Huffman's code, which saves a few bytes of each head and costs a fifth of its push."""

    def encode(self, headers: Iterable[Any], huffman: bool = False) -> bytes:
        encoded: bytes = super().encode(headers, huffman)
        return encoded


def make_h2() -> H2Connection:
    connection = H2Connection(_CONFIGURATION)
    connection.encoder = _Encoder()
    return connection


class HeadMaker:
    """`authority` and `topic` are the connection's."""

    def __init__(self, authority: str, topic: str) -> None:
        self._authority = HeaderTuple(b":authority", authority.encode())
        self._topic = HeaderTuple(b"apns-topic", topic.encode())

    def head(self, request: NotificationRequest, bearer: str) -> Head:
        ttl = request.time_to_live
        expires = int(time.time()) + ttl if ttl else 0
        key = request.collapse_key or request.notification_id
        return [
            _METHOD,
            _SCHEME,
            self._authority,
            _once(b":path", f"/3/device/{request.device_token}"),
            _once(b"authorization", bearer),
            self._topic,
            _TYPES[request.push_type or PushType.ALERT],
            HeaderTuple(b"apns-priority", str(request.priority).encode()),
            _once(b"apns-id", request.notification_id),
            _once(b"apns-expiration", str(expires)),
            _once(b"apns-collapse-id", key),
        ]


def _once(name: bytes, value: str) -> HeaderTuple:
    return NeverIndexedHeaderTuple(name, value.encode())
