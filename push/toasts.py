"""A payload as Windows takes it: a toast where it has a text to show, else raw JSON for the app."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import msgspec

TEXTS = ("title", "body")
CARRIAGE_RETURN = {"\r": "&#13;"}  # as it is, it would be read as a line feed
# What XML 1.0 has no way to write.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WindowsNotification(NamedTuple):
    kind: str
    content_type: str
    body: bytes


def notification_of(payload: Mapping[str, Any]) -> WindowsNotification:
    """`title` and `body` are shown; the toast's `launch`, which the opened app gets, is the rest as JSON."""
    texts = [payload[name] for name in TEXTS if isinstance(payload.get(name), str) and payload[name]]
    if not texts:
        return WindowsNotification("wns/raw", "application/octet-stream", msgspec.json.encode(payload))
    rest = {key: value for key, value in payload.items() if key not in TEXTS}
    return WindowsNotification("wns/toast", "text/xml", _toast(texts, msgspec.json.encode(rest).decode()))


def _toast(texts: list[str], launch: str) -> bytes:
    shown = "".join(f"<text>{escape(_plain(text), CARRIAGE_RETURN)}</text>" for text in texts)
    binding = f'<binding template="ToastGeneric">{shown}</binding>'
    toast = f"<toast launch={quoteattr(_plain(launch))}><visual>{binding}</visual></toast>"
    return toast.encode()


def _plain(text: str) -> str:
    return _NO_XML.sub("", text)
