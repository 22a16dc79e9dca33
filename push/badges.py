"""Puts a player's unread count into a finished payload."""

from typing import Any

from push.providers import Provider
from push.sizes import limit_of, payload_size


def fill_badge(provider: str, payload: dict[str, Any], count: int) -> None:
    """Where the provider has a place for it, the payload says nothing of its own, and there is room."""
    filled = _filled(provider, payload, count)
    if filled and payload_size(provider, {**payload, **filled}) <= limit_of(provider):
        payload.update(filled)


def _filled(provider: str, payload: dict[str, Any], count: int) -> dict[str, Any]:
    """The part of the payload that holds the badge, with it; empty where there is no place for one."""
    if provider == Provider.APNS and isinstance(aps := payload.get("aps"), dict):
        return {"aps": {"badge": count, **aps}}
    if provider == Provider.FCM and count > 0 and isinstance(payload.get("notification"), dict):
        android = payload.get("android", {})
        shown = android.get("notification", {}) if isinstance(android, dict) else None
        if isinstance(shown, dict):
            return {"android": {**android, "notification": {"notification_count": count, **shown}}}
    return {}
