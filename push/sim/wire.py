"""What the services read and answer, whatever HTTP they speak."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was read to its end. Header names are in lower case; `path` is as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, document: Any, **headers: str) -> "Answer":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = json.dumps(document, ensure_ascii=False).encode()
        return cls(status, body, {"Content-Type": "application/json", **named})


@dataclass(frozen=True, slots=True)
class Push:
    """A request that kept every rule. `payload` is as the device gets it.

    `ttl` is in seconds, None if the request names none. `dry` is not to be delivered.
    """

    token: str
    payload: Any
    collapse_key: str = ""
    ttl: int | None = None
    dry: bool = False


class Refusal(Exception):
    """A rule that the request broke: `rule` is its number in push-providers.md, or an RFC's section.

    `code` is the service's own word. `extra` are further fields of the service's answer.
    """

    def __init__(self, status: int, code: str, rule: str, detail: str = "", **extra: Any) -> None:
        super().__init__(f"{code} ({rule}): {detail}")
        self.status, self.code, self.rule, self.detail, self.extra = status, code, rule, detail, extra


def json_object(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
