"""The document a player receives (message-triggers.md; wire-protocol.md, section 5), as JSON text.

What is the same for every recipient is encoded once; a recipient's own fields are spliced in.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from messaging.rendering import Texts

RESERVED = frozenset(
    {
        *("@class", "messageId", "notification", "playerId", "gameId", "summary", "title", "subTitle"),
        *("extCode", "scriptData"),
        # A client takes these, wherever they stand, for a log-in, an answer, a fault or a new address.
        *("authToken", "requestId", "error", "connectUrl", "sessionId", "nonce"),
    }
)

NO_ERROR: Mapping[str, Any] = {}

_encode = msgspec.json.Encoder().encode


class Prepared:
    """One message's document, but for its recipient.

    Keys in this order: `@class`, the class's own fields, `messageId`, `notification`, `playerId`, `gameId`,
    `summary`, `title`, `subTitle`, `extCode`, `scriptData`, `error`. Empty titles and null fields are left
    out.
    """

    __slots__ = ("_fields", "_head", "_middle", "_opening", "_tail")

    def __init__(self, opening: str, fields: dict[str, Any], notification: bool, tail: str) -> None:
        self._opening, self._fields, self._tail = opening, fields, tail
        self._head = _opened(opening, fields)
        self._middle = f'"notification":{"true" if notification else "false"}'

    def for_recipient(self, message_id: str, player_id: str, extra: Mapping[str, Any] | None = None) -> str:
        """`extra` are fields of this recipient alone, such as a rank; they win over the message's own."""
        head = self._head if not extra else _opened(self._opening, {**self._fields, **_own(extra)})
        player = f'"{player_id}"' if player_id.isalnum() else _encoded(player_id)
        return f'{head}"{message_id}",{self._middle},"playerId":{player}{self._tail}'


def build_document(
    message_class: str,
    ext_code: str | None,
    fields: Mapping[str, Any],
    texts: Texts,
    notification: bool,
    game_id: int,
    error: Mapping[str, Any] = NO_ERROR,
) -> Prepared:
    """`fields` are the class's own; `scriptData` among them travels as an object, only when it is set.

    `notification` is the effective "send as push". `error` is what the message's scripts have set as such.
    """
    tail: dict[str, Any] = {"gameId": game_id, "summary": texts.summary}
    if texts.title:
        tail["title"] = texts.title
    if texts.sub_title:
        tail["subTitle"] = texts.sub_title
    if ext_code is not None:
        tail["extCode"] = ext_code
    script_data = fields.get("scriptData")
    if isinstance(script_data, Mapping) and script_data:
        tail["scriptData"] = script_data
    if error:
        tail["error"] = error
    opening = f'{{"@class":{_encoded(f".{message_class}")}'
    return Prepared(opening, _own(fields), notification, f",{_encoded(tail)[1:]}")


def _own(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None and key not in RESERVED}


def _opened(opening: str, fields: Mapping[str, Any]) -> str:
    return f'{opening},{_encoded(fields)[1:-1]},"messageId":' if fields else f'{opening},"messageId":'


def _encoded(value: object) -> str:
    return _encode(value).decode()
