"""Reads an upload's request: the body into a file of its own, and out of that the one file it holds."""

from collections.abc import Callable
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from protocol.http_bodies import TooLarge, pieces_of
from realtime import database

MOST_BYTES = 3_670_016  # 3.5 MB (§9.1)
MOST_AROUND = 64 * 1024  # of a body beside its file: boundaries, headers, other fields
FIELD = "file"


class Malformed(Exception):
    """There is no file to be found in the body."""


async def read_body(receive: Callable[[], Any], into: IO[bytes]) -> None:
    """Piece by piece, so that none takes memory. Raises Left, and TooLarge at the first byte too many."""
    async for piece in pieces_of(receive, MOST_BYTES + MOST_AROUND):
        await database.run_on_files(into.write, piece)


def find_file(body: Any, content_type: str, into: IO[bytes]) -> "UploadedFile[Any]":
    """The file that a multipart body holds, under the name that the client gave it, without any folder.

    Takes milliseconds of a processor. Raises TooLarge or Malformed.
    """
    keeper = _Keeper(into)
    size = body.tell()
    body.seek(0)
    head = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": size}
    try:
        MultiPartParser(head, body, [keeper], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation) as fault:
        raise Malformed from fault
    if keeper.kept is None:
        raise Malformed
    return keeper.kept


class _Keeper(FileUploadHandler):
    """Writes the first file of the field into `content` and passes over all others."""

    def __init__(self, content: IO[bytes]) -> None:
        super().__init__()
        self.kept: UploadedFile[Any] | None = None
        self._content = content
        self._size = 0

    def new_file(self, field_name: str, *args: Any, **options: Any) -> None:
        super().new_file(field_name, *args, **options)
        if field_name != FIELD or self.kept is not None:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            raise TooLarge
        self._content.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.kept = UploadedFile(self._content, self.file_name, size=self._size)
        return self.kept
