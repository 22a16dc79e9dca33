"""What a callback's script gets as its data: query and form in one, or the body as it came."""

import io
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http.multipartparser import MultiPartParser, MultiPartParserError

MOST_FIELDS = 1000
RAW = "REQUEST_BODY"
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class Malformed(Exception):
    """There is no reading the parameters."""


def read(query: str, body: bytes, content_type: str) -> dict[str, Any]:
    """One value is a string, a repeated name a list of strings (cloud-code.md §2). Files are left out.

    Raises Malformed.
    """
    kind = content_type.partition(";")[0].strip().lower()
    pairs = _pairs(query)
    if kind == URLENCODED:
        return _merged([*pairs, *_pairs(body.decode("utf-8", "replace"))])
    if kind == MULTIPART:
        return _merged([*pairs, *_parts(body, content_type)])
    return _merged(pairs) | ({RAW: body.decode("utf-8", "replace")} if body else {})


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as fault:
        raise Malformed from fault


def _parts(body: bytes, content_type: str) -> Iterable[tuple[str, str]]:
    head = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": len(body)}
    try:
        fields, _ = MultiPartParser(head, io.BytesIO(body), [_NoFiles()], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation) as fault:
        raise Malformed from fault
    return [(name, str(value)) for name, values in fields.lists() for value in values]


def _merged(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


class _NoFiles(FileUploadHandler):
    def new_file(self, *args: Any, **options: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return None
