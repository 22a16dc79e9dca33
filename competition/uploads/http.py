"""Uploads and downloads over HTTP: `POST /files/upload/{uploadId}`, `GET /files/download/{name}?…`.

An ASGI application in front of Django's pages: the URLs are given out under whatever host name a client
uses, the only right to them is the URL itself, and a body is read no further than an upload may go.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec

from competition.uploads import links, receiving, serving, storing, uploads
from protocol.client_address import client_address, limited_as
from protocol.http_bodies import Left, TooLarge
from protocol.limiter import Limiter, Rate
from protocol.open_answers import PREFLIGHT, answer, refuse
from protocol.run import Run
from realtime import database, process

logger = logging.getLogger("flint.files")

Application = Callable[[Any, Any, Any], Awaitable[None]]

CALLS = Rate(20, 400)  # of an address, as of the operators' pages
FIELD = "file"  # of errors

_ID = re.compile(r"[0-9a-f]{32}")


class Files:
    """Answers what is below /files/ and hands every other request to `application`."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._called = Limiter("files")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/files/"):
            await self._application(scope, receive, send)
            return
        answering = Answering(send)
        try:
            if not self._called.take(limited_as(client_address(scope)), CALLS):
                await refuse(answering, 429, FIELD, "THROTTLED")
            elif scope["path"].startswith(links.UPLOAD):
                await _upload(scope, receive, answering)
            elif scope["path"].startswith(links.DOWNLOAD):
                await _download(scope, answering)
            else:
                await refuse(answering, 404, FIELD, "NOT_FOUND")
        except Left:
            return
        except Exception:  # the database's, the disk's, the storage's: later it may work
            logger.exception("a file was not taken or handed out")
            if answering.begun:
                raise
            await refuse(send, 503, FIELD, "UNAVAILABLE")


class Answering:
    """An ASGI `send` that knows whether the answer has begun."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Any) -> None:
        self.begun = True
        await self._send(message)


async def _upload(scope: Any, receive: Any, send: Any) -> None:
    """Answers 200 with the uploadId; 410 for what is used or expired, 413, and 400 without a file (§9.2)."""
    if scope["method"] == "OPTIONS":
        await answer(send, 204, headers=PREFLIGHT)
        return
    if scope["method"] != "POST":
        await refuse(send, 405, FIELD, "METHOD_NOT_ALLOWED")
        return
    upload_id = scope["path"].removeprefix(links.UPLOAD)
    await process.ensure_started()
    try:
        if not _ID.fullmatch(upload_id) or not await database.run(uploads.is_awaited, upload_id):
            raise uploads.Gone
        await _receive(upload_id, scope, receive)
    except uploads.Gone:
        await refuse(send, 410, FIELD, "GONE")
    except TooLarge:
        await refuse(send, 413, FIELD, "TOO_LARGE")
    except receiving.Malformed:
        await refuse(send, 400, FIELD, "MALFORMED")
    else:
        await answer(send, 200, msgspec.json.encode({"uploadId": upload_id}))


async def _receive(upload_id: str, scope: Any, receive: Any) -> None:
    content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
    with TemporaryFile() as body:
        await receiving.read_body(receive, body)
        await _keep(upload_id, body, content_type)


async def _keep(upload_id: str, body: IO[bytes], content_type: str) -> None:
    """Store the body's file, and have it be the upload's, unless another was first."""
    run = Run()
    with TemporaryFile() as found:
        content = await database.run_on_files(receiving.find_file, body, content_type, found)
        name = content.name or ""
        stored = await database.run(storing.announce, content.size or 0)
        await database.run_on_files(storing.write, stored, content)
    try:
        await database.run(uploads.arrived, upload_id, stored, name, run)
    except uploads.Gone:
        await database.run(storing.remove, stored)
        raise
    await run.flush()


async def _download(scope: Any, send: Any) -> None:
    if scope["method"] not in ("GET", "HEAD"):
        await refuse(send, 405, FIELD, "METHOD_NOT_ALLOWED")
        return
    try:
        asked = links.read_download(scope["path"], scope["query_string"].decode("latin-1"))
        await serving.hand_out(asked, scope["method"], send)
    except links.Invalid:
        await refuse(send, 403, FIELD, "INVALID")
    except links.Expired:
        await refuse(send, 410, FIELD, "EXPIRED")
    except FileNotFoundError:
        await refuse(send, 404, FIELD, "NOT_FOUND")
