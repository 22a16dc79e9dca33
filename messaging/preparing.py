"""From a platform event to rows: variants chosen, texts rendered, documents spliced. Stores nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from games.config import GameConfig
from games.events import Overrides, PlatformEvent
from messaging.delivery import Delivery
from messaging.policy import Policy, policy_of
from messaging.rendering import CompiledMessage, choose_variant, render
from messaging.wire_documents import Prepared, build_document
from messaging.writer import Unit
from players.facts import Recipient
from players.query_fields import ONLINE
from protocol.dates import now_ms
from protocol.ids import new_id

UNDECIDED_MS = 5_000
INLINE_RECIPIENTS = 100

_json = msgspec.json.Encoder()


def type_code(message_class: str, ext_code: str | None) -> str:
    return f"{message_class}_{ext_code}" if ext_code else message_class


def compiled_of(config: GameConfig, message_class: str, ext_code: str | None) -> CompiledMessage:
    """The type's compiled settings; a type nobody configured has the class's defaults."""
    messages: Mapping[str, CompiledMessage] = config.sections["messages"]
    return messages[type_code(message_class, ext_code)]


class Preparer:
    """Makes the copies of one message. Texts and document are made once a variant where that is right."""

    def __init__(
        self,
        config: GameConfig,
        event: PlatformEvent,
        message_id: str,
        created_ms: int,
        compiled: CompiledMessage | None = None,
    ) -> None:
        self.config = config
        self.event = event
        self.message_id = message_id
        self.created_ms = created_ms
        self.compiled = compiled or compiled_of(config, event.message_class, event.ext_code)
        self.policy: Policy = policy_of(self.compiled, event.overrides)
        self._prepared: dict[int | None, tuple[Prepared, str]] = {}
        self._queries = config.sections.get("segmentQueries", {})

    def copies(self, recipients: Iterable[Recipient]) -> tuple[list[tuple[Any, ...]], list[Delivery]]:
        rows: list[tuple[Any, ...]] = []
        deliveries: list[Delivery] = []
        expires_ms = self.policy.expires_ms(self.created_ms)
        due_ms = now_ms() + UNDECIDED_MS  # a large audience is expanded long after its message was made
        for recipient in recipients:
            variant = (
                choose_variant(self.compiled, recipient, self._queries) if self.compiled.variants else None
            )
            copy_id = new_id()
            prepared, warnings = self._document(recipient, variant, copy_id)
            document = prepared.for_recipient(
                copy_id, recipient.player_id, self.event.per_player.get(recipient.player_id)
            )
            rows.append(
                (
                    copy_id,
                    self.message_id,
                    recipient.player_id,
                    document.decode(),
                    self.created_ms,
                    expires_ms,
                    None if recipient.blocked else due_ms,
                    "closed" if recipient.blocked else "waiting",
                    "suppressed_blocked" if recipient.blocked else "",
                    variant,
                    self.policy.include_in_push_count,
                    recipient.blocked,
                    warnings,
                )
            )
            if recipient.blocked:
                continue
            deliveries.append(
                Delivery(
                    stage_id=self.event.stage_id,
                    player_id=recipient.player_id,
                    message_id=copy_id,
                    document=document,
                    compiled=self.compiled,
                    policy=self.policy,
                    expires_ms=expires_ms,
                    variant=variant,
                    recipient=recipient,
                )
            )
        return rows, deliveries

    def _document(self, recipient: Recipient, variant: int | None, copy_id: str) -> tuple[Prepared, str]:
        personal = self.compiled.per_recipient or recipient.player_id in self.event.per_player
        if not personal and variant in self._prepared:
            return self._prepared[variant]
        event = self.event
        fields = event.data
        if personal:
            fields = {**fields, **event.per_player.get(recipient.player_id, {})}
        texts = render(
            self.compiled,
            fields,
            recipient if personal else None,
            event.overrides,
            variant,
            copy_id,
            bool(recipient.loaded.get(ONLINE)),
        )
        prepared = build_document(
            event.message_class,
            event.ext_code,
            event.data,
            texts,
            self.policy.send_as_push,
            self.config.game_id,
        )
        made = (prepared, "\n".join(texts.warnings))
        if not personal:
            self._prepared[variant] = made
        return made


def message_row(
    event: PlatformEvent, compiled: CompiledMessage, message_id: str, created_ms: int, recipients: int | None
) -> tuple[Any, ...]:
    """The Message's row. `recipients` None: its audience is still to be expanded."""
    audience = ""
    if recipients is None:
        chosen = {"query": event.query} if event.query else {"playerIds": sorted(set(event.player_ids))}
        audience = _text(chosen)
    return (
        message_id,
        event.stage_id,
        event.message_class,
        event.ext_code or "",
        _text(event.data),
        audience,
        compiled.version_id,
        _text(_overrides(event.overrides)) if event.overrides else "",
        _text(event.origin),
        "expanding" if recipients is None else "expanded",
        recipients or 0,
        event.test,
        created_ms,
    )


def prepare(config: GameConfig, event: PlatformEvent, recipients: Sequence[Recipient]) -> Unit:
    """A message and its copies, for a small audience."""
    message_id, created_ms = new_id(), now_ms()
    preparer = Preparer(config, event, message_id, created_ms)
    rows, deliveries = preparer.copies(recipients)
    row = message_row(event, preparer.compiled, message_id, created_ms, len(rows))
    return Unit(row, rows, deliveries)


def prepare_audience(config: GameConfig, event: PlatformEvent) -> Unit:
    """A message whose audience is expanded later."""
    compiled = compiled_of(config, event.message_class, event.ext_code)
    return Unit(message_row(event, compiled, new_id(), now_ms(), None), [])


def _text(value: object) -> str:
    return _json.encode(value).decode()


def _overrides(overrides: Overrides) -> dict[str, Any]:
    return {key: value for key, value in msgspec.to_builtins(overrides).items() if value is not None}
