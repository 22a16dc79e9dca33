"""What APNs asks of a push (docs/push-providers.md, APNs)."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from ..accounts import TOPIC
from ..wire import Asked, Push, Refusal, json_object
from .apns_tokens import Freshness, ProviderTokens

LARGEST = 4096  # bytes
LARGEST_COLLAPSE_ID = 64  # bytes
PUSH_TYPES = frozenset(
    (
        *("alert", "background", "controls", "complication", "fileprovider", "liveactivity"),
        *("location", "mdm", "pushtotalk", "voip", "widgets"),
    )
)
_PATH = re.compile(r"/3/device/([^/]*)")
_TOKEN = re.compile(r"([0-9A-Fa-f]{2}){4,200}")
_TOPIC = re.compile(r"[A-Za-z0-9.-]{1,155}")


def judge(asked: Asked, tokens: ProviderTokens, freshness: Freshness, now: float, revoked: set[str]) -> Push:
    """Raises Refusal."""
    token = _device(asked)
    authorization = asked.headers.get("authorization", "")
    issued = tokens.check(authorization, now, revoked)
    freshness.see(authorization.partition(" ")[2], issued, revoked)
    _check_headers(asked.headers)
    if not token.strip("0"):
        raise Refusal(400, "BadDeviceToken", "APNs 14", "no device's")
    payload = _payload(asked)
    expiration = int(asked.headers.get("apns-expiration", "0"))
    ttl = max(0, round(expiration - now)) if expiration else 0
    return Push(token, payload, asked.headers.get("apns-collapse-id", ""), ttl)


def _device(asked: Asked) -> str:
    if asked.method != "POST":
        raise Refusal(405, "MethodNotAllowed", "APNs", asked.method)
    path = _PATH.fullmatch(asked.path)
    if path is None:
        raise Refusal(404, "BadPath", "APNs", asked.path)
    if not path[1]:
        raise Refusal(400, "MissingDeviceToken", "APNs 14")
    if not _TOKEN.fullmatch(path[1]):
        raise Refusal(400, "BadDeviceToken", "APNs 14", "not hexadecimal")
    return path[1]


def _check_headers(headers: Mapping[str, str]) -> None:
    _check_topic(headers.get("apns-topic", ""))
    _check_kind(headers.get("apns-push-type", "alert"), headers.get("apns-priority", "10"))
    if not re.fullmatch(r"\d{1,15}", headers.get("apns-expiration", "0")):
        raise Refusal(400, "BadExpirationDate", "APNs 6", "not a second since 1970")
    if len(headers.get("apns-collapse-id", "").encode()) > LARGEST_COLLAPSE_ID:
        raise Refusal(400, "BadCollapseId", "APNs 4", "over 64 bytes")
    try:
        uuid.UUID(headers.get("apns-id", str(uuid.UUID(int=0))))
    except ValueError as error:
        raise Refusal(400, "BadMessageId", "APNs 14", "apns-id is no UUID") from error


def _check_topic(topic: str) -> None:
    if not topic:
        raise Refusal(400, "MissingTopic", "APNs 13")
    if not _TOPIC.fullmatch(topic):
        raise Refusal(400, "BadTopic", "APNs 13", "not a bundle identifier")
    if topic != TOPIC:
        raise Refusal(400, "TopicDisallowed", "APNs 13", "not the account's")


def _check_kind(push_type: str, priority: str) -> None:
    if push_type not in PUSH_TYPES:
        raise Refusal(400, "InvalidPushType", "APNs 5", push_type)
    if priority not in ("10", "5", "1") or (push_type == "background" and priority == "10"):
        raise Refusal(400, "BadPriority", "APNs 5", f"{priority} for {push_type}")


def _payload(asked: Asked) -> dict[str, Any]:
    if len(asked.body) > LARGEST:
        raise Refusal(413, "PayloadTooLarge", "APNs 3", f"{len(asked.body)} bytes")
    payload = json_object(asked.body)
    if not payload:
        raise Refusal(400, "PayloadEmpty", "APNs 3", "no JSON object, or an empty one")
    return payload
