"""Hands a stored file out, as bytes and nothing else: whatever a player uploaded, no browser runs it."""

from typing import Any

from django.core.files.storage import default_storage
from django.utils.http import content_disposition_header

from competition.uploads.links import Download
from protocol.open_answers import OPEN
from realtime import database

PIECE = 64 * 1024

SAFE = [
    *OPEN,
    (b"content-type", b"application/octet-stream"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"cache-control", b"private, no-store"),
]


async def hand_out(download: Download, method: str, send: Any) -> None:
    """Raises FileNotFoundError, before anything is sent, for what was deleted meanwhile."""
    content = await database.run_on_files(default_storage.open, download.name)
    try:
        size: int = await database.run_on_files(lambda: content.size)
        said = content_disposition_header(True, download.as_name) or "attachment"
        own = [(b"content-length", b"%d" % size), (b"content-disposition", said.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": SAFE + own})
        piece = b"" if method == "HEAD" else await database.run_on_files(content.read, PIECE)
        while piece:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = await database.run_on_files(content.read, PIECE)
        await send({"type": "http.response.body", "body": b""})
    finally:
        await database.run_on_files(content.close)
