"""What players would have got under other settings: stored messages rendered again. Stores nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from games.config import GameConfig
from games.config_store import configs
from messaging.made_from import overrides_of
from messaging.models import PlayerMessage
from messaging.past_messages import newest_copies, own_fields, recipients_of
from messaging.rendering import CompiledMessage, choose_variant, render
from messaging.word_diff import Part, word_diff
from players.facts import Recipient
from players.query_fields import ONLINE


@dataclass(frozen=True, slots=True)
class TextChange:
    """`name` is title, subTitle or template (which travels as `summary`)."""

    name: str
    parts: Sequence[Part]

    @property
    def label(self) -> str:
        return {"title": "Title", "subTitle": "Subtitle", "template": "Message"}[self.name]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One stored copy under the draft. `warnings` say which fields it has none of.

    `before` and `after` are the segment variants, None the type's own texts.
    """

    copy: PlayerMessage
    changes: Sequence[TextChange]
    warnings: Sequence[str]
    before: int | None
    after: int | None

    @property
    def changed(self) -> bool:
        return bool(self.changes)

    @property
    def other_variant(self) -> bool:
        return self.before != self.after


def replay(stage_id: int, draft: CompiledMessage) -> list[Replayed]:
    """The newest copies of the draft's class. Each player is as they are now, so that what a text says of
    its reader may have changed too."""
    config = configs.current(stage_id)
    copies = newest_copies(stage_id, draft.key)
    recipients = recipients_of(config, draft, [copy.player_id for copy in copies])
    return [
        _replayed(config, draft, copy, recipients[copy.player_id])
        for copy in copies
        if copy.player_id in recipients
    ]


def _replayed(
    config: GameConfig, draft: CompiledMessage, copy: PlayerMessage, recipient: Recipient
) -> Replayed:
    document = json.loads(copy.document)
    variant = choose_variant(draft, recipient, config.sections["segmentQueries"])
    texts = render(
        draft,
        own_fields(document),
        recipient,
        overrides_of(copy.message),
        variant,
        copy.pk,
        bool(recipient.loaded.get(ONLINE)),
    )
    pairs = {
        "title": (document.get("title", ""), texts.title),
        "subTitle": (document.get("subTitle", ""), texts.sub_title),
        "template": (document.get("summary", ""), texts.summary),
    }
    changes = [
        TextChange(name, word_diff(before, after))
        for name, (before, after) in pairs.items()
        if before != after
    ]
    return Replayed(copy, changes, texts.warnings, copy.variant, variant)
