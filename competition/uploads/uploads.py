"""What players upload: a URL is asked for, something arrives there once, and others may read it (§9)."""

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from competition.models import StoredFile, Upload
from competition.uploads import storing
from competition.uploads.links import UPLOAD_MS
from games.audit import record
from games.events import PlatformEvent
from games.models import User
from games.signals import platform_event
from protocol.dates import now_ms
from protocol.errors import RequestError
from protocol.run import Run

LONGEST_NAME = 255


class Gone(Exception):
    """Nothing is awaited under that id: used, expired, or never given out."""


def expect(stage_id: int, player_id: str, metadata: Iterable[Mapping[str, Any]]) -> Upload:
    """A place for one upload within ten minutes. Of a key that is there several times the last counts."""
    data = {key: value for each in metadata for key, value in each.items()}
    now = now_ms()
    return Upload.objects.create(
        id=secrets.token_hex(16),
        stage_id=stage_id,
        player_id=player_id,
        data=json.dumps(data),
        created_ms=now,
        expires_ms=now + UPLOAD_MS,
    )


def is_awaited(upload_id: str) -> bool:
    return Upload.objects.filter(pk=upload_id, file=None, expires_ms__gt=now_ms()).exists()


def arrived(upload_id: str, stored: StoredFile, name: str, run: Run) -> None:
    """The file belongs to the upload from now on, and its player is told. Raises Gone for all but the first.

    What never arrived whole used nothing up: the same URL may be tried again.
    """
    with transaction.atomic():
        now = now_ms()
        awaited = Upload.objects.filter(pk=upload_id, file=None, expires_ms__gt=now)
        if not awaited.update(file=stored, name=name[:LONGEST_NAME], arrived_ms=now):
            raise Gone
        upload = Upload.objects.select_related("file").get(pk=upload_id)
        event = PlatformEvent(
            stage_id=upload.stage_id,
            message_class="UploadCompleteMessage",
            data={"uploadId": upload.pk, "uploadData": _upload_data(upload)},
            player_ids=(upload.player_id,),
            origin={"upload": upload.pk, "playerId": upload.player_id},
        )
        platform_event.send(sender="upload", run=run, event=event)


def _upload_data(upload: Upload) -> dict[str, Any]:
    """The request's metadata, which cannot override what is known (§9.2)."""
    assert upload.file
    return {
        **json.loads(upload.data),
        "fileName": f"{upload.pk}-{upload.name}",
        "origFileName": upload.name,
        "fileSize": upload.file.size,
        "playerId": upload.player_id,
        "uploadId": upload.pk,
    }


def find(stage_id: int, upload_id: str) -> Upload:
    """One that arrived, for any player of the stage (§9.3). Raises RequestError `uploadId: INVALID`."""
    found = Upload.objects.select_related("file").filter(pk=upload_id, stage=stage_id)
    upload = found.exclude(file=None).first()
    if upload is None:
        raise RequestError({"uploadId": "INVALID"})
    return upload


def delete(upload: Upload, actor: User | None) -> None:
    """An operator, or a script of the game's, takes it away, bytes and all."""
    with transaction.atomic():
        record(actor, "upload.deleted", upload.pk, upload.stage.game, name=upload.name)
        stored = upload.file
        upload.delete()
        if stored is not None:
            storing.remove(stored)
