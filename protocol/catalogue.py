"""Every request there is: the old protocol's and Flint's own, with their fields, answers and error codes.

The JSON files in reference/ are facts about the wire; whether a request is built is registry.py's business.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec

_REFERENCE = Path(__file__).parent / "reference"


class FieldSpec(msgspec.Struct, frozen=True):
    """`type` is string, boolean, number, date, JSON, DBObject, with `[]` after it for lists.

    A required field with a default may be absent all the same.
    """

    type: str
    required: bool = False
    default: str | None = None
    values: tuple[str, ...] = ()


class ErrorSpec(msgspec.Struct, frozen=True):
    key: str
    value: str


class RequestSpec(msgspec.Struct, frozen=True):
    """`request` and `response` map wire field names to their types.

    `caller` is who may send Flint's own requests: players, server-type credentials, or those with admin
    rights; requests of the old protocol leave it out, and the group tells.
    """

    group: str
    request: dict[str, FieldSpec]
    response: dict[str, FieldSpec]
    errors: list[ErrorSpec]
    caller: Literal["player", "server", "admin"] = "player"

    @property
    def server_only(self) -> bool:
        return self.caller == "server"

    @property
    def admin_only(self) -> bool:
        return self.caller == "admin" or self.group == "Admin"

    @property
    def login(self) -> bool:
        return self.group == "Authentication"


def reference(name: str) -> Any:
    """A reference file as plain JSON: `requests`, `flint`, `messages` or `types`."""
    return msgspec.json.decode((_REFERENCE / f"{name}.json").read_bytes())


def _load() -> dict[str, RequestSpec]:
    documents = {**reference("requests"), **reference("flint")}
    return msgspec.convert(documents, dict[str, RequestSpec])


CATALOGUE: Mapping[str, RequestSpec] = MappingProxyType(_load())
