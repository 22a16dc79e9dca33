"""What WNS asks of a push (docs/push-providers.md, WNS)."""

import json
import re
from typing import Any
from xml.etree import ElementTree

from ..wire import Asked, Push, Refusal
from .bearers import Bearers

LARGEST = 5000  # bytes
XML_KINDS = {"wns/toast": "toast", "wns/tile": "tile", "wns/badge": "badge"}
RAW = "wns/raw"


def judge(asked: Asked, bearers: Bearers, now: float, revoked: set[str]) -> Push:
    """Raises Refusal; WNS has no codes but the status."""
    if asked.method != "POST":
        raise Refusal(405, "method", "WNS", asked.method)
    if not bearers.is_valid(asked.headers.get("authorization", ""), now, revoked):
        raise Refusal(401, "token", "WNS 1", "not a valid access token")
    token = asked.query.get("token", "")
    if not token:
        raise Refusal(404, "channel", "WNS 4", "no channel of this service")
    if len(asked.body) > LARGEST:
        raise Refusal(413, "size", "WNS 2", f"{len(asked.body)} bytes")
    ttl = asked.headers.get("x-wns-ttl")
    if ttl is not None and not re.fullmatch(r"\d{1,10}", ttl):
        raise Refusal(400, "X-WNS-TTL", "WNS 3", "not seconds")
    if asked.headers.get("x-wns-cache-policy", "cache") not in ("cache", "no-cache"):
        raise Refusal(400, "X-WNS-Cache-Policy", "WNS 3", "neither cache nor no-cache")
    tag = asked.headers.get("x-wns-tag", "")
    if tag and not re.fullmatch(r"[A-Za-z0-9]{1,16}", tag):
        raise Refusal(400, "X-WNS-Tag", "WNS 9", "over 16 letters and digits")
    return Push(token, _payload(asked), tag, None if ttl is None else int(ttl))


def _payload(asked: Asked) -> Any:
    kind, content = asked.headers.get("x-wns-type", ""), asked.headers.get("content-type", "")
    if kind not in (*XML_KINDS, RAW):
        raise Refusal(400, "X-WNS-Type", "WNS 7", kind or "missing")
    if content.partition(";")[0] != ("application/octet-stream" if kind == RAW else "text/xml"):
        raise Refusal(400, "Content-Type", "WNS 7", f"{content} for {kind}")
    if not asked.body:
        raise Refusal(400, "payload", "WNS 7", "empty")
    return _raw(asked.body) if kind == RAW else _xml(asked.body, XML_KINDS[kind])


def _raw(body: bytes) -> Any:
    """As JSON where it is, for whoever reads the log."""
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _xml(body: bytes, root: str) -> dict[str, Any]:
    try:
        document = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Refusal(400, "payload", "WNS 7", str(error)) from error
    if document.tag != root:
        raise Refusal(400, "payload", "WNS 7", f"<{document.tag}> is no {root}")
    texts = [element.text or "" for element in document.iter("text")]
    return {"kind": root, "attributes": dict(document.attrib), "texts": texts}
