"""Puts a player's unread count into a finished payload."""

from typing import Any

from push.providers import Provider


def fill_badge(provider: str, payload: dict[str, Any], count: int) -> None:
    """Where the provider has a place for it and the payload says nothing of its own."""
    if provider == Provider.APNS and isinstance(payload.get("aps"), dict):
        payload["aps"].setdefault("badge", count)
    elif provider == Provider.FCM and count > 0 and isinstance(payload.get("notification"), dict):
        android = payload.setdefault("android", {})
        shown = android.setdefault("notification", {}) if isinstance(android, dict) else None
        if isinstance(shown, dict):
            shown.setdefault("notification_count", count)
