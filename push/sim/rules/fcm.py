"""What FCM's HTTP v1 API asks of a push (docs/push-providers.md, FCM)."""

import json
import re
from typing import Any

from ..accounts import PROJECT
from ..wire import Asked, Push, Refusal, json_object
from .bearers import Bearers

LARGEST = 4096  # bytes of notification and data
LONGEST_TTL = 2_419_200
_PATH = re.compile(r"/v1/projects/([^/]+)/messages:send")
_TTL = re.compile(r"(\d{1,10})(\.\d{1,9})?s")
_TOKEN = re.compile(r"[A-Za-z0-9_:-]+")
_MESSAGE = frozenset(
    (
        *("name", "data", "notification", "android", "webpush", "apns", "fcm_options", "fcmOptions"),
        *("token", "topic", "condition"),
    )
)
_NOTIFICATION = frozenset(("title", "body", "image"))
_ANDROID = frozenset(
    (
        *("collapse_key", "collapseKey", "priority", "ttl", "data", "notification"),
        *("restricted_package_name", "restrictedPackageName", "fcm_options", "fcmOptions"),
        *("direct_boot_ok", "directBootOk", "bandwidth_constrained_ok", "bandwidthConstrainedOk"),
        *("restricted_satellite_ok", "restrictedSatelliteOk"),
    )
)
_RESERVED = re.compile(r"from|message_type|google\..*|gcm\..*|gcm|google")


def judge(asked: Asked, bearers: Bearers, now: float, revoked: set[str]) -> Push:
    """Raises Refusal; its code is FCM's own where FCM gives one, else the front's status."""
    path = _PATH.fullmatch(asked.path)
    if asked.method != "POST" or path is None:
        raise Refusal(404, "NOT_FOUND", "FCM", asked.path)
    if not bearers.is_valid(asked.headers.get("authorization", ""), now, revoked):
        raise Refusal(401, "UNAUTHENTICATED", "FCM 9", "not a valid access token")
    if path[1] != PROJECT:
        raise Refusal(403, "PERMISSION_DENIED", "FCM 9", "not the service account's project")
    if not asked.headers.get("content-type", "").startswith("application/json"):
        raise _invalid("FCM 1", "", "the body is not called JSON")
    return _push(json_object(asked.body) or {})


def _push(body: dict[str, Any]) -> Push:
    _only(body, frozenset(("message", "validate_only", "validateOnly")), "")
    message = _object(body, "message")
    _only(message, _MESSAGE, "message.")
    if len([name for name in ("token", "topic", "condition") if name in message]) != 1:
        raise _invalid("FCM 1", "message", "not exactly one of token, topic, condition")
    token = message.get("token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        detail = "The registration token is not a valid FCM registration token"
        raise _invalid("FCM 5", "message.token", detail)
    collapse_key, ttl = _android(_object(message, "android"))
    _check_shown(message)
    dry = bool(body.get("validate_only") or body.get("validateOnly"))
    return Push(
        token, {key: value for key, value in message.items() if key != "token"}, collapse_key, ttl, dry
    )


def _android(android: dict[str, Any]) -> tuple[str, int | None]:
    _only(android, _ANDROID, "message.android.")
    if str(android.get("priority", "high")).lower() not in ("normal", "high"):
        raise _invalid("FCM 1", "message.android.priority", "neither normal nor high")
    ttl = _TTL.fullmatch(str(android.get("ttl", "0s")))
    if ttl is None or int(ttl[1]) > LONGEST_TTL:
        raise _invalid("FCM 4", "message.android.ttl", "not seconds up to four weeks")
    collapse_key = android.get("collapse_key", android.get("collapseKey", ""))
    if not isinstance(collapse_key, str):
        raise _invalid("FCM 8", "message.android.collapse_key", "not a string")
    return collapse_key, int(ttl[1]) if "ttl" in android else None


def _check_shown(message: dict[str, Any]) -> None:
    notification, data = _object(message, "notification"), _object(message, "data")
    _only(notification, _NOTIFICATION, "message.notification.")
    for key, value in data.items():
        if not isinstance(value, str):
            raise _invalid("FCM 3", f"message.data[{key}]", "not a string")
        if _RESERVED.fullmatch(key):
            raise _invalid("FCM 3", f"message.data[{key}]", "a key of FCM's own")
    parts = {name: message[name] for name in ("notification", "data") if name in message}
    size = len(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode())
    if size > LARGEST:
        raise _invalid("FCM 2", "message", f"Message is too big: {size} bytes")


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name, {})
    if not isinstance(value, dict):
        raise _invalid("FCM 1", f"message.{name}", "not an object")
    return value


def _only(found: dict[str, Any], known: frozenset[str], path: str) -> None:
    unknown = sorted(found.keys() - known)
    if unknown:
        detail = f'Invalid JSON payload received. Unknown name "{unknown[0]}"'
        raise _invalid("FCM 1", f"{path}{unknown[0]}", detail)


def _invalid(rule: str, field: str, detail: str) -> Refusal:
    return Refusal(400, "INVALID_ARGUMENT", rule, detail, field=field)
