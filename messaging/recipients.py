"""Recipients with every fact that their message's segment variants ask about."""

from collections.abc import Container, Iterable

from games.config import GameConfig
from messaging.rendering import CompiledMessage, loads_of
from players.facts import Recipient, known_ids, load_recipients
from players.query_fields import with_loaded


def fields_to_load(config: GameConfig, compiled: CompiledMessage) -> frozenset[str]:
    """The fields that are kept elsewhere (`deviceOS`, `online`) and that some variant or text asks about."""
    if not compiled.variants and not compiled.asks_online:
        return frozenset()
    return loads_of(compiled, config.sections["segmentQueries"])


def read_recipients(
    config: GameConfig,
    compiled: CompiledMessage,
    ids: Iterable[str],
    sender: str | None = None,
    known: Container[str] | None = None,
) -> list[Recipient]:
    """The players among `ids`, once each and in their order; `sender` is the player whom they may block.

    With nothing but their ids where nothing else can make a difference. `known`: those who are known to be
    players of the stage. Reads the database.
    """
    asked = list(dict.fromkeys(ids))
    if sender is None and not compiled.asks_of_player:
        known = known_ids(config.stage_id, asked) if known is None else known
        return [Recipient(player_id, None, "") for player_id in asked if player_id in known]
    found = load_recipients(config.stage_id, asked, sender)
    fields = fields_to_load(config, compiled)
    if fields:
        found = with_loaded(found, fields)
    return [found[player_id] for player_id in asked if player_id in found]


def complete(recipients: list[Recipient], fields: frozenset[str]) -> list[Recipient]:
    """Recipients read elsewhere, with the fields too. Reads the database."""
    found = with_loaded({recipient.player_id: recipient for recipient in recipients}, fields)
    return [found[recipient.player_id] for recipient in recipients]
