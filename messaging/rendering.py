"""From a type's compiled settings and one message's fields to its texts. Pure: sends and stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from games.events import Overrides
from messaging.json_templates import JsonTemplate
from messaging.language import RECIPIENT_NAMES, Template, TemplateFailed
from players.facts import Recipient
from players.query_fields import ONLINE
from players.segment_queries import CompiledQuery

TITLE_LENGTH = 200  # characters, after rendering
SUMMARY_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class CompiledTexts:
    """The texts of a message type, or of one of its variants with the type's own behind them.

    Each text is a chain: the first template that renders wins, an empty chain means "not configured".
    `json` maps a provider's key (ios, android, fcm, kindle, windows, web) to its chain of payload templates.
    `names` are the first names of every path that title, subtitle and summary read; `asks_online`: one of the
    paths is `player.online`.
    """

    title: tuple[Template, ...] = ()
    sub_title: tuple[Template, ...] = ()
    summary: tuple[Template, ...] = ()
    json: Mapping[str, tuple[JsonTemplate, ...]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    asks_online: bool = False

    @property
    def per_recipient(self) -> bool:
        """Whether they name the recipient, and so read differently for each."""
        return not self.names.isdisjoint(RECIPIENT_NAMES)


@dataclass(frozen=True, slots=True)
class CompiledVariant:
    """`query` is a segment query's short code, or a compiled query of the variant's own."""

    query: str | CompiledQuery
    texts: CompiledTexts


@dataclass(frozen=True, slots=True)
class CompiledMessage:
    """One message type's settings, ready to use. `key` as in configuration (`ScriptMessage_DAILY_GIFT`).

    `version_id` is the MessageVersion they come from, None where nobody changed the defaults.
    `device_types` empty means every type. `expire_after_hours` 0: only who is online now.
    `per_recipient`: some of its texts must be rendered for each recipient by itself.
    `warnings`: templates of an older version that do not compile any more, and were left out.
    """

    key: str
    message_class: str
    ext_code: str | None = None
    game_id: int = 0
    version_id: int | None = None
    send_via_socket: bool = True
    send_as_push: bool = True
    suppress_push_on_socket_send: bool = True
    include_in_push_count: bool = True
    expire_after_hours: int = 60
    device_types: frozenset[str] = frozenset()
    texts: CompiledTexts = field(default_factory=CompiledTexts)
    variants: tuple[CompiledVariant, ...] = ()
    per_recipient: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def asks_online(self) -> bool:
        return self.texts.asks_online or any(variant.texts.asks_online for variant in self.variants)

    @property
    def asks_of_player(self) -> bool:
        """Whether what is sent may differ with facts of its recipient."""
        return bool(self.variants or self.texts.json) or self.per_recipient

    def texts_of(self, variant: int | None) -> CompiledTexts:
        """A variant that is not there (settings changed since) has the type's own texts."""
        if variant is None or variant >= len(self.variants):
            return self.texts
        return self.variants[variant].texts


@dataclass(frozen=True, slots=True)
class Texts:
    """What travels as `title`, `subTitle`, `summary`.

    `warnings` name the text and what was wrong, in words (`title: "chalenge.name" is not in the message`).
    """

    title: str
    sub_title: str
    summary: str
    warnings: tuple[str, ...] = ()


def choose_variant(
    message: CompiledMessage, recipient: Recipient, queries: Mapping[str, CompiledQuery]
) -> int | None:
    """The index of the first variant whose query matches, None for the type's own texts.

    A query that is gone, or that cannot be answered for this player, matches nobody.
    """
    for index, variant in enumerate(message.variants):
        query = queries.get(variant.query) if isinstance(variant.query, str) else variant.query
        if query is not None and query.matches(recipient):
            return index
    return None


def forced_variant(message: CompiledMessage, variant: int) -> int | None:
    """One that a send names; OWN_TEXTS, or one that is not there, is none."""
    return variant if 0 <= variant < len(message.variants) else None


def loads_of(message: CompiledMessage, queries: Mapping[str, CompiledQuery]) -> frozenset[str]:
    """What `players.query_fields.with_loaded` must read before a variant can be chosen and rendered."""
    chosen = (
        queries.get(variant.query) if isinstance(variant.query, str) else variant.query
        for variant in message.variants
    )
    loads = frozenset(name for query in chosen if query is not None for name in query.loads)
    return loads | {ONLINE} if message.asks_online else loads


def render(
    message: CompiledMessage,
    fields: Mapping[str, Any],
    recipient: Recipient | None = None,
    overrides: Overrides | None = None,
    variant: int | None = None,
    message_id: str = "",
    online: bool = False,
) -> Texts:
    """The texts for one recipient, or for all when nothing in them names one.

    A template that does not render gives way to the one behind it, at last to the class's name. `overrides`
    hold the sender's own words: data, never templates.
    """
    texts = message.texts_of(variant)
    warnings: list[str] = []
    context = context_of(message, fields, recipient, message_id, online) if texts.names else fields
    title = _text("title", texts.title, context, warnings)
    sub_title = _text("subTitle", texts.sub_title, context, warnings)
    summary = _text("template", texts.summary, context, warnings)
    if overrides is not None:
        title = _own_words(overrides.title, title, TITLE_LENGTH)
        sub_title = _own_words(overrides.sub_title, sub_title, TITLE_LENGTH)
        summary = _own_words(overrides.summary, summary, SUMMARY_LENGTH)
    if summary is None:
        summary = message.message_class
    return Texts(title or "", sub_title or "", summary, tuple(warnings))


def context_of(
    message: CompiledMessage,
    fields: Mapping[str, Any],
    recipient: Recipient | None,
    message_id: str = "",
    online: bool = False,
) -> dict[str, Any]:
    """What a template can name: the message's own fields, and the recipient as `player`."""
    context = {**fields, "gameId": message.game_id}
    if message.ext_code is not None:
        context["extCode"] = message.ext_code
    if recipient is not None:
        context["messageId"] = message_id
        context["playerId"] = recipient.player_id
        context["player"] = player_context(recipient, online)
    return context


def player_context(recipient: Recipient, online: bool) -> dict[str, Any]:
    return {
        "id": recipient.player_id,
        "userName": recipient.user_name,
        "displayName": recipient.display_name,
        "online": online,
        "segments": recipient.segments,
        "scriptData": recipient.script_data,
    }


def _text(
    name: str, chain: tuple[Template, ...], context: Mapping[str, Any], warnings: list[str]
) -> str | None:
    """None when nothing is configured, or nothing of it renders."""
    for template in chain:
        try:
            text, noticed = template.render(context)
        except TemplateFailed as failed:
            warnings.append(f"{name}: does not render: {failed}")
            continue
        warnings.extend(f"{name}: {each}" for each in noticed)
        return str(text)
    return None


def _own_words(words: str | None, text: str | None, longest: int) -> str | None:
    return text if words is None else words[:longest]
