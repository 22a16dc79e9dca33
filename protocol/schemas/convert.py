"""From a decoded request to its Struct, or to every field that is wrong with it."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from protocol.errors import RequestError
from protocol.schemas.fields import READERS, Schema

S = TypeVar("S", bound=Schema)


def convert(schema: type[S], raw: Mapping[str, Any]) -> S:
    """The typed request. Null counts as absent, so that a default applies.

    Raises RequestError with `{field: "REQUIRED" | "INVALID"}` for all faulty fields at once.
    """
    present = {name: value for name, value in raw.items() if value is not None}
    try:
        return msgspec.convert(present, schema, dec_hook=_read)
    except msgspec.ValidationError:
        raise RequestError(_faults(schema, present)) from None


def _read(kind: type, value: Any) -> Any:
    return READERS[kind](value)


def _faults(schema: type[Schema], present: Mapping[str, Any]) -> dict[str, str]:
    """msgspec stops at the first fault, so each field is tried by itself."""
    faults: dict[str, str] = {}
    for field in msgspec.structs.fields(schema):
        name = field.encode_name
        if name not in present:
            if field.required:
                faults[name] = "REQUIRED"
            continue
        try:
            msgspec.convert(present[name], field.type, dec_hook=_read)
        except msgspec.ValidationError:
            faults[name] = "INVALID"
    return faults
