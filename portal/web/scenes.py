"""Whom and what about a draft is previewed: a sample, pasted data, a message of the past, a player."""

import json
from typing import Any

from games.config_store import configs
from games.models import Stage
from messaging.field_catalogue import sample_fields
from messaging.past_messages import fields_of_copy, past_copy, recipients_of
from messaging.preview import MESSAGE_ID, RECIPIENT, Scene
from messaging.rendering import CompiledMessage
from messaging.stress import (
    NAMES,
    masked_fields,
    masked_recipient,
    stressed_fields,
    stressed_recipient,
)
from players.facts import Recipient
from players.query_fields import ONLINE
from portal.web.asking import find_player
from portal.web.message_drafts import PreviewBody, Refused

LONGEST_DATA = 100_000  # characters


def scene_of(stage: Stage, message: CompiledMessage, body: PreviewBody, unmasked: bool) -> Scene:
    """`unmasked`: with what players write. Raises Refused where there is no such message or player."""
    fields: Any = sample_fields(message.message_class)
    recipient, message_id = RECIPIENT, MESSAGE_ID
    player_id = _player_id(stage, body.player) if body.player else ""
    if body.past:
        copy = past_copy(stage.pk, message.key, body.past)
        if copy is None:
            raise Refused(404, "That message is not there any more.")
        fields, message_id = fields_of_copy(copy), copy.pk
        fields = fields if unmasked else masked_fields(fields)
        player_id = player_id or copy.player_id
    elif body.data.strip():
        fields = _pasted(body.data)
    if player_id:
        recipient = _recipient(stage, message, player_id)
        recipient = recipient if unmasked else masked_recipient(recipient)
    online = bool(recipient.loaded.get(ONLINE))
    if body.stress:
        name = NAMES[body.stress]
        fields, recipient = stressed_fields(fields, name), stressed_recipient(recipient, name)
    return Scene(fields, recipient, message_id, online)


def _player_id(stage: Stage, given: str) -> str:
    if "\0" in given or (player := find_player(stage, given)) is None:
        raise Refused(404, f"No player of {stage.name} has this id or user name.")
    return player.pk


def _recipient(stage: Stage, message: CompiledMessage, player_id: str) -> Recipient:
    found = recipients_of(configs.current(stage.pk), message, [player_id])
    if player_id not in found:
        raise Refused(404, "That player is not there any more.")
    return found[player_id]


def _pasted(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_DATA:
        raise Refused(413, f"Data of more than {LONGEST_DATA:,} characters.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(422, f"The data are not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Refused(422, "The data are to be an object.")
    return value
