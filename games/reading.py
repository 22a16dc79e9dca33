"""From a document's text to JSON values that may be stored: no NUL, no half characters, no endless depth."""

import json
import math
from typing import Any

from games.sections import Faults
from games.validation import DocumentFaults

MAX_DEPTH = 64
LARGEST = 32 * 1024 * 1024  # bytes: a document of that size is read within seconds
TOO_LARGE = "document: larger than 32 MB"


def read_document(content: str) -> dict[str, Any]:
    """Raises DocumentFaults when the text is no JSON object, or holds what no database column may."""
    if is_too_large(content):
        raise DocumentFaults([TOO_LARGE])
    faults = Faults()
    document = _decode(content, faults)
    if not faults.found and not isinstance(document, dict):
        faults.add("expected a JSON object")
    if not faults.found:
        _walk(document, faults, 0)
    if faults.found:
        raise DocumentFaults(faults.found)
    return dict(document)


def decode_document(content: bytes) -> str:
    """The text of an uploaded document: UTF-8, with or without a byte order mark. Raises DocumentFaults."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentFaults([f"document: not UTF-8: byte {error.start} is not text"]) from None


def is_too_large(content: str) -> bool:
    """A character takes a byte at least, so most texts need not be encoded to know."""
    return len(content) > LARGEST or (
        len(content) > LARGEST // 4 and len(content.encode("utf-8", "replace")) > LARGEST
    )


def _decode(content: str, faults: Faults) -> Any:
    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            names = [name for name, _ in pairs]
            for name in sorted({name for name in names if names.count(name) > 1}):
                faults.add(f'the key "{name}" is there twice in one object')
        return result

    try:
        return json.loads(content.removeprefix("\ufeff"), object_pairs_hook=object_of)
    except json.JSONDecodeError as error:
        faults.add(f"no JSON: {error.msg}, line {error.lineno}, column {error.colno}")
    except RecursionError:
        faults.add(f"nested deeper than {MAX_DEPTH}")
    except ValueError as error:  # a number of thousands of digits
        faults.add(f"no JSON: {error}")
    return None


def _walk(value: Any, faults: Faults, depth: int) -> None:
    if depth > MAX_DEPTH:
        faults.add(f"nested deeper than {MAX_DEPTH}")
    elif isinstance(value, dict):
        for key, each in value.items():
            _check_text(key, faults)
            _walk(each, faults.key(key), depth + 1)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _walk(each, faults.at(index), depth + 1)
    elif isinstance(value, str):
        _check_text(value, faults)
    elif isinstance(value, float) and not math.isfinite(value):
        faults.add("not a JSON number")


def _check_text(value: str, faults: Faults) -> None:
    if "\0" in value:
        faults.add("holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        faults.add("holds half a character (a lone surrogate)")
