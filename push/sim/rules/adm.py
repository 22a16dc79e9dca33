"""What ADM asks of a push (docs/push-providers.md, ADM)."""

import json
import re
from typing import Any

from ..wire import Asked, Push, Refusal, json_object
from .bearers import Bearers

LARGEST = 6144  # bytes of data
LONGEST_KEY = 64
LONGEST_LIFE = 2_678_400  # seconds
VERSIONS = {
    "x-amzn-type-version": "com.amazon.device.messaging.ADMMessage@1.0",
    "x-amzn-accept-type": "com.amazon.device.messaging.ADMSendResult@1.0",
}
_PATH = re.compile(r"/messaging/registrations/([^/]+)/messages")
_ID = re.compile(r"amzn1\.adm-registration\.[A-Za-z0-9._~%-]{1,2048}")
_FIELDS = frozenset(("data", "consolidationKey", "expiresAfter", "md5", "priority", "notification"))


def judge(asked: Asked, bearers: Bearers, now: float, revoked: set[str]) -> Push:
    """Raises Refusal with ADM's reason."""
    path = _PATH.fullmatch(asked.path)
    if asked.method != "POST" or path is None:
        raise Refusal(404, "NotFound", "ADM", asked.path)
    if not bearers.is_valid(asked.headers.get("authorization", ""), now, revoked):
        raise Refusal(401, "AccessTokenExpired", "ADM 1", "not a valid access token")
    for name, version in VERSIONS.items():
        if asked.headers.get(name) != version:
            raise Refusal(400, "InvalidType", "ADM 8", name)
    if not _ID.fullmatch(path[1]):
        raise Refusal(400, "InvalidRegistrationId", "ADM 5", "not a registration id")
    body = json_object(asked.body)
    if body is None or not asked.headers.get("content-type", "").startswith("application/json"):
        raise Refusal(400, "InvalidData", "ADM 2", "the body is no JSON object")
    return _push(path[1], body)


def _push(token: str, body: dict[str, Any]) -> Push:
    data = body.get("data")
    if body.keys() - _FIELDS or not _is_texts(data):
        raise Refusal(400, "InvalidData", "ADM 2", "data is not an object of strings, or a field is unknown")
    size = len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())
    if size > LARGEST:
        raise Refusal(413, "MessageTooLarge", "ADM 2", f"{size} bytes")
    key, life = body.get("consolidationKey", ""), body.get("expiresAfter")
    if not isinstance(key, str) or len(key) > LONGEST_KEY:
        raise Refusal(400, "InvalidConsolidationKey", "ADM 4", "over 64 characters")
    if life is not None and (type(life) is not int or not 1 <= life <= LONGEST_LIFE):
        raise Refusal(400, "InvalidExpiration", "ADM 3", "not seconds up to 31 days")
    return Push(token, data, key, life)


def _is_texts(data: Any) -> bool:
    return isinstance(data, dict) and bool(data) and all(isinstance(value, str) for value in data.values())
