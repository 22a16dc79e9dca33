"""Which segment queries a player matches now, and which variant each message would be rendered from."""

from dataclasses import dataclass

from games.config_store import configs
from messaging.variants_tried import Tried, variants_tried
from players.facts import load_recipients
from players.models import Player
from players.query_answers import Answered, answered
from players.query_fields import with_loaded
from players.segment_queries import CompiledQuery


@dataclass(frozen=True, slots=True)
class Matched:
    code: str
    answer: Answered


@dataclass(frozen=True, slots=True)
class Chosen:
    """`tried` are the type's variants in order; `index` is the one that is rendered, None its own texts."""

    key: str
    index: int | None
    tried: list[Tried]

    @property
    def name(self) -> str:
        if self.index is None:
            return "its own texts"
        return f"variant {self.index + 1}, {self.tried[self.index].query or 'a query of its own'}"


def looked_at(player: Player) -> tuple[list[Matched], list[Chosen]]:
    """By what the stage runs. A player who was deleted meanwhile matches nothing."""
    config = configs.current(player.stage_id)
    queries: dict[str, CompiledQuery] = config.sections["segmentQueries"]
    messages = [message for message in config.sections["messages"].values() if message.variants]
    own = [
        variant.query
        for message in messages
        for variant in message.variants
        if isinstance(variant.query, CompiledQuery)
    ]
    loads = {name for query in (*queries.values(), *own) for name in query.loads}
    recipient = with_loaded(load_recipients(player.stage_id, [player.pk]), loads).get(player.pk)
    if recipient is None:
        return [], []
    matched = [Matched(code, answered(query.tree, recipient)) for code, query in sorted(queries.items())]
    chosen = [_chosen(message.key, variants_tried(message, recipient, queries)) for message in messages]
    return matched, sorted(chosen, key=lambda each: each.key)


def _chosen(key: str, tried: list[Tried]) -> Chosen:
    return Chosen(key, next((each.index for each in tried if each.holds), None), tried)
