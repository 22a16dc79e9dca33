"""The URLs of files: one that takes an upload, and signed ones that hand a file out (§9.1, §9.3).

What is secret stands behind the second slash, where the proxies of deploy/ leave it out of their logs.
"""

import json
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode

from django.core.signing import BadSignature, Signer

from competition.models import StoredFile
from competition.uploads.own_urls import own_url
from protocol.dates import now_ms

UPLOAD = "/files/upload/"
DOWNLOAD = "/files/download/"
UPLOAD_MS = 10 * 60 * 1000  # how long an upload's URL is valid [undecided] (§9.1)
DOWNLOAD_MS = 15 * 60 * 1000  # and a download's (§9.3)

_signer = Signer(salt="competition.uploads.links")


class Invalid(Exception):
    """The URL was not made here, or was changed."""


class Expired(Exception):
    """It was, but long ago."""


@dataclass(frozen=True, slots=True)
class Download:
    """`name` is the storage's, `as_name` what the client is told that the file is called."""

    name: str
    as_name: str


def upload_url(base: str, upload_id: str) -> str:
    return f"{base}{UPLOAD}{upload_id}"


def download_url(base: str, stored: StoredFile, as_name: str) -> str:
    """Valid for 15 minutes: the storage's own, or this server's."""
    if own := own_url(stored.name, as_name, DOWNLOAD_MS // 1000):
        return own
    until = str(now_ms() + DOWNLOAD_MS)
    signature = _signer.signature(_signed(stored.name, as_name, until))
    query = urlencode({"name": as_name, "until": until, "signature": signature}, quote_via=quote)
    return f"{base}{DOWNLOAD}{stored.name}?{query}"


def read_download(path: str, query: str) -> Download:
    """What a URL's path and query ask for. Raises Invalid or Expired."""
    asked = {key: values[0] for key, values in parse_qs(query, errors="replace").items()}
    name, as_name, until = path.removeprefix(DOWNLOAD), asked.get("name", ""), asked.get("until", "")
    try:
        _signer.unsign(f"{_signed(name, as_name, until)}:{asked.get('signature', '')}")
    except BadSignature:
        raise Invalid from None
    if int(until) <= now_ms():
        raise Expired
    return Download(name, as_name)


def _signed(name: str, as_name: str, until: str) -> str:
    """Which part is which is beyond doubt, though a player chose `as_name`."""
    return json.dumps([name, until, as_name])
