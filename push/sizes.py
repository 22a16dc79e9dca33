"""How large a payload may be, and how large it is, as its provider counts (docs/push-providers.md)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from push.providers import Provider
from push.toasts import notification_of
from push.transports.failures import failure

LIMITS: Mapping[str, int] = {
    Provider.APNS: 4096,
    Provider.FCM: 4096,
    Provider.ADM: 6144,
    Provider.WNS: 5000,
    Provider.WEB: 3993,
}
_encode = msgspec.json.Encoder().encode


def limit_of(provider: str) -> int:
    """Bytes. Providers that nothing is sent to have APNs' limit, for the records."""
    return LIMITS.get(provider, LIMITS[Provider.APNS])


def payload_size(provider: str, payload: Mapping[str, Any]) -> int:
    """Bytes: of compact JSON in UTF-8; for ADM its data alone, for WNS what the device really gets."""
    if provider == Provider.WNS:
        return len(notification_of(payload).body)
    return len(_encode(payload.get("data", {}) if provider == Provider.ADM else payload))


def check_size(provider: str, payload: Mapping[str, Any]) -> None:
    """Raises PushError."""
    refuse_larger(provider, payload_size(provider, payload))


def refuse_larger(provider: str, size: int) -> None:
    """`size` as payload_size counts. Raises PushError."""
    limit = limit_of(provider)
    if size > limit:
        raise failure("", "PayloadTooLarge", size=size, limit=limit)
