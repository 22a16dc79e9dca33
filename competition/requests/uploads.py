"""Uploads of players (§9), and the files that the game offers them."""

from typing import Any

from competition.uploads import downloadables, links, uploads
from protocol.dates import format_date
from protocol.registry import request
from protocol.request import Request
from protocol.schemas.misc import GetDownloadableRequest, GetUploadedRequest, GetUploadUrlRequest


@request("GetUploadUrlRequest", GetUploadUrlRequest)
def get_upload_url(request: Request) -> dict[str, Any]:
    upload = uploads.expect(request.session.stage_id, request.player_id or "", request.data.upload_data or ())
    return {"url": links.upload_url(request.session.base_url, upload.pk)}


@request("GetUploadedRequest", GetUploadedRequest, durable=False)
def get_uploaded(request: Request) -> dict[str, Any]:
    upload = uploads.find(request.session.stage_id, request.data.upload_id or "")
    assert upload.file
    return {
        "size": upload.file.size,
        "url": links.download_url(request.session.base_url, upload.file, upload.name),
    }


@request("GetDownloadableRequest", GetDownloadableRequest, durable=False)
def get_downloadable(request: Request) -> dict[str, Any]:
    session = request.session
    offered, found = downloadables.find(session.game_id, session.stage_id, request.data.short_code)
    return {
        "shortCode": offered.code,
        "lastModified": format_date(found.created_ms),
        "size": found.file.size,
        "url": links.download_url(session.base_url, found.file, offered.name),
    }
