"""Files of the game and of its players, whose JSON scripts read."""

import json
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage

from cloudcode.operations.registry import Arguments, operation
from cloudcode.sandbox.running import Refused
from competition.models import StoredFile
from competition.uploads import downloadables, uploads
from protocol.errors import RequestError
from realtime import database

if TYPE_CHECKING:
    from cloudcode.host import ScriptHost

MOST_BYTES = 1024 * 1024


class Named(Arguments, frozen=True):
    """A downloadable's short code, or an upload's id."""

    name: str


@operation("files.downloadable", Named)
async def downloadable(host: "ScriptHost", asked: Named) -> Any:
    """None for one that there is not."""
    config = host.caller.config

    def find() -> StoredFile | None:
        try:
            return downloadables.find(config.game_id, config.stage_id, asked.name)[1].file
        except RequestError:
            return None

    return await _read(await database.run(find))


@operation("files.uploaded", Named)
async def uploaded(host: "ScriptHost", asked: Named) -> Any:
    """None for one that there is not, or that has not arrived."""

    def find() -> StoredFile | None:
        try:
            return uploads.find(host.stage_id, asked.name).file
        except RequestError:
            return None

    return await _read(await database.run(find))


@operation("files.deleteUploaded", Named)
async def delete_uploaded(host: "ScriptHost", asked: Named) -> bool:
    def delete() -> bool:
        try:
            upload = uploads.find(host.stage_id, asked.name)
        except RequestError:
            return False
        uploads.delete(upload, None)
        return True

    return await database.run(delete)


async def _read(stored: StoredFile | None) -> Any:
    """Raises Refused for what is no JSON, or too large."""
    if stored is None:
        return None
    if stored.size > MOST_BYTES:
        raise Refused(f"the file is larger than {MOST_BYTES // 1024} KB")
    content = await database.run_on_files(_bytes_of, stored.name)
    try:
        return json.loads(content)
    except ValueError:
        raise Refused("the file is no JSON") from None


def _bytes_of(name: str) -> bytes:
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read(MOST_BYTES)
            return content
    except FileNotFoundError:
        raise Refused("the file is gone") from None
