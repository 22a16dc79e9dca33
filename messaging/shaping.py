"""Has scripts shape a message that is being expanded: once, then for each recipient of a chunk."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from messaging.expansion_chunks import Expansion, Page
from messaging.message_scripts import MessageInShape, Shaped, Shaping, message_scripts
from messaging.message_types import type_code
from protocol.ids import new_ids
from realtime import database

NOTHING = Shaping()


async def shape_once(expansion: Expansion) -> None:
    """The outcome is kept with the broadcast, so that whoever goes on with it has the same."""
    config, key = expansion.preparer.config, _key(expansion)
    if expansion.shaping is None and message_scripts().once(config, key):
        shaping = await message_scripts().run_once(config, _in_shape(expansion), expansion.caused)
        await database.run(_keep, expansion, shaping)
        expansion.shaping = shaping
    if expansion.shaping is not None and expansion.shaping.changes:
        _apply(expansion, expansion.shaping)


async def shape_each(expansion: Expansion, page: Page) -> Mapping[str, Shaped]:
    """By player id: those of the page whose copies a script has seen."""
    config = expansion.preparer.config
    if not message_scripts().each(config, _key(expansion)):
        return {}
    player_ids = [recipient.player_id for recipient in page.recipients if not recipient.blocked]
    copies = dict(zip(player_ids, new_ids(len(player_ids)), strict=True))
    message = _in_shape(expansion)
    shapings = await message_scripts().run_each(config, message, copies, expansion.caused)
    return {player_id: Shaped(copies[player_id], shaping) for player_id, shaping in shapings.items()}


def _key(expansion: Expansion) -> str:
    event = expansion.preparer.event
    return type_code(event.message_class, event.ext_code)


def _in_shape(expansion: Expansion) -> MessageInShape:
    event, audience = expansion.preparer.event, expansion.audience
    return MessageInShape(
        type_key=_key(expansion),
        message_class=event.message_class,
        ext_code=event.ext_code,
        fields=event.data,
        notification=expansion.preparer.policy.send_as_push,
        player_ids=audience.player_ids or (),
    )


def _keep(expansion: Expansion, shaping: Shaping) -> None:
    expansion.claim.held().update(script=msgspec.json.encode(shaping).decode())


def _apply(expansion: Expansion, shaping: Shaping) -> None:
    preparer = expansion.preparer
    data = {**preparer.event.data, **shaping.fields}
    if shaping.script_data:
        data["scriptData"] = shaping.script_data
    preparer.event = replace(preparer.event, data=data)
    preparer.error = shaping.error
