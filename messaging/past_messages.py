"""Messages that players really got, as data for previews and replays. Reads only."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from games.config import GameConfig
from messaging.models import Message, PlayerMessage
from messaging.recipients import fields_to_load
from messaging.rendering import CompiledMessage
from messaging.wire_documents import RESERVED
from players.facts import Recipient, load_recipients
from players.query_fields import with_loaded

SEARCHED = 5_000  # of the stage's newest messages: no index leads to those of one class
MOST = 20


def newest_copies(stage_id: int, type_code: str, most: int = MOST) -> list[PlayerMessage]:
    """The newest of a class (`FriendMessage`, `ScriptMessage_GIFT`), test messages aside."""
    found = _newest_ids(stage_id, type_code, most)
    copies = PlayerMessage.objects.filter(message_id__in=found).select_related("message", "player")
    return list(copies.order_by("-message_id", "-player_id")[:most])


def newest_messages(stage_id: int, type_code: str, most: int = MOST) -> list[Message]:
    """Likewise, each once whatever its audience."""
    found = Message.objects.filter(id__in=_newest_ids(stage_id, type_code, most))
    return list(found.order_by("-created_ms", "-id"))


def _newest_ids(stage_id: int, type_code: str, most: int) -> list[str]:
    message_class, _, ext_code = type_code.partition("_")
    newest = Message.objects.filter(stage_id=stage_id).order_by("-created_ms", "-id")
    rows = newest.values_list("id", "message_class", "ext_code", "test")[:SEARCHED]
    wanted = (message_class, ext_code, False)
    return [id_ for id_, *of in rows if tuple(of) == wanted][:most]


def past_copy(stage_id: int, type_code: str, copy_id: str) -> PlayerMessage | None:
    message_class, _, ext_code = type_code.partition("_")
    copies = PlayerMessage.objects.select_related("message", "player")
    return copies.filter(
        pk=copy_id,
        message__stage_id=stage_id,
        message__message_class=message_class,
        message__ext_code=ext_code,
    ).first()


def own_fields(document: Mapping[str, Any]) -> dict[str, Any]:
    """Of a stored wire document: what its class's templates were rendered from."""
    fields = {key: value for key, value in document.items() if key not in RESERVED}
    if "scriptData" in document:
        fields["scriptData"] = document["scriptData"]
    return fields


def fields_of_copy(copy: PlayerMessage) -> dict[str, Any]:
    return own_fields(json.loads(copy.document))


def recipients_of(
    config: GameConfig, compiled: CompiledMessage, player_ids: Sequence[str]
) -> dict[str, Recipient]:
    """As the players are now, with what the variants' queries ask about. By id; who is gone is missing."""
    found = load_recipients(config.stage_id, list(dict.fromkeys(player_ids)))
    fields = fields_to_load(config, compiled)
    return with_loaded(found, fields) if fields else found
