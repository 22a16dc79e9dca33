"""From a platform event to rows: variants chosen, texts rendered, documents spliced. Stores nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from games.config import GameConfig
from games.events import Overrides, PlatformEvent
from messaging.delivery import Delivery
from messaging.message_scripts import Shaped, Shaping
from messaging.message_types import type_code
from messaging.models import Broadcast
from messaging.policy import Policy, policy_of
from messaging.rendering import CompiledMessage, choose_variant, forced_variant, render
from messaging.standing import BLOCKED, CANCELLED, Standing, undecided
from messaging.wire_documents import Prepared, build_document
from messaging.writer import Unit
from players.facts import Recipient
from players.query_fields import ONLINE
from protocol.dates import now_ms
from protocol.ids import new_id, new_ids

INLINE_RECIPIENTS = 100

NO_STANDINGS: Mapping[str, Standing] = {}
NOT_SHAPED: Mapping[str, Shaped] = {}
AS_IT_IS = Shaping()

_json = msgspec.json.Encoder()


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
        self.expires_ms = self.policy.expires_ms(created_ms)
        self.error: Mapping[str, Any] = {}  # of the message's own script
        self._prepared: dict[int | None, tuple[Prepared, str]] = {}
        self._queries = config.sections.get("segmentQueries", {})

    def copies(
        self,
        recipients: Sequence[Recipient],
        standings: Mapping[str, Standing] = NO_STANDINGS,
        shaped: Mapping[str, Shaped] = NOT_SHAPED,
    ) -> tuple[list[tuple[Any, ...]], list[Delivery]]:
        """Their rows, and the deliveries of those who are undecided or whose pushes are to be queued.

        `standings`, by player id, of those whom somebody decided on already; `shaped`, what scripts made of
        their copies.
        """
        rows: list[tuple[Any, ...]] = []
        deliveries: list[Delivery] = []
        counts, own_fields = self.policy.include_in_push_count, self.event.per_player
        fresh = undecided(now_ms())  # a large audience is expanded long after its message was made
        for copy_id, recipient in zip(new_ids(len(recipients)), recipients, strict=True):
            player_id = recipient.player_id
            standing = BLOCKED if recipient.blocked else standings.get(player_id, fresh)
            shaping = AS_IT_IS
            if player_id in shaped:
                copy_id, shaping = shaped[player_id].copy_id, shaped[player_id].shaping
                standing = CANCELLED if shaping.cancelled else standing
            variant = self._variant(recipient)
            prepared, warnings = self._document(recipient, variant, copy_id, shaping)
            document = prepared.for_recipient(copy_id, player_id, own_fields.get(player_id))
            rows.append(
                (
                    copy_id,
                    self.message_id,
                    player_id,
                    document,
                    self.created_ms,
                    self.expires_ms,
                    standing.due_ms,
                    standing.state,
                    standing.reason,
                    bool(standing.push),
                    variant,
                    counts,
                    recipient.blocked or shaping.cancelled,
                    warnings,
                    standing.decided,
                )
            )
            if standing is fresh or standing.push:
                deliveries.append(self._delivery(recipient, copy_id, document, variant, standing))
        return rows, deliveries

    def _delivery(
        self, recipient: Recipient, copy_id: str, document: str, variant: int | None, standing: Standing
    ) -> Delivery:
        return Delivery(
            stage_id=self.event.stage_id,
            player_id=recipient.player_id,
            message_id=copy_id,
            document=document.encode(),
            compiled=self.compiled,
            policy=self.policy,
            expires_ms=self.expires_ms,
            variant=variant,
            recipient=recipient,
            already_pushed=bool(standing.push),
            test=self.event.test,
        )

    def _variant(self, recipient: Recipient) -> int | None:
        if not self.compiled.variants:
            return None
        overrides = self.event.overrides
        if overrides is not None and overrides.variant is not None:
            return forced_variant(self.compiled, overrides.variant)
        return choose_variant(self.compiled, recipient, self._queries)

    def _document(
        self, recipient: Recipient, variant: int | None, copy_id: str, shaping: Shaping
    ) -> tuple[Prepared, str]:
        personal = (
            self.compiled.per_recipient
            or recipient.player_id in self.event.per_player
            or shaping is not AS_IT_IS
        )
        if not personal and variant in self._prepared:
            return self._prepared[variant]
        event = self.event
        own = fields = event.data
        if shaping is not AS_IT_IS:
            own = fields = {**own, "scriptData": shaping.script_data}
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
            own,
            texts,
            self.policy.send_as_push,
            self.config.game_id,
            {**self.error, **shaping.error},
        )
        made = (prepared, "\n".join(texts.warnings))
        if not personal:
            self._prepared[variant] = made
        return made


def message_row(
    event: PlatformEvent,
    compiled: CompiledMessage,
    policy: Policy,
    message_id: str,
    created_ms: int,
    recipients: int,
) -> tuple[Any, ...]:
    """The Message's row. `recipients` are those whose copies are stored beside it."""
    return (
        message_id,
        event.stage_id,
        event.message_class,
        event.ext_code or "",
        _text(event.data),
        compiled.version_id,
        _text(_overrides(event.overrides)) if event.overrides else "",
        _text(event.origin),
        recipients,
        event.test,
        created_ms,
        policy.expires_ms(created_ms),
    )


def prepare(config: GameConfig, event: PlatformEvent, recipients: Sequence[Recipient]) -> Unit:
    """A message and its copies, for a small audience."""
    message_id, created_ms = new_id(), now_ms()
    preparer = Preparer(config, event, message_id, created_ms)
    rows, deliveries = preparer.copies(recipients)
    row = message_row(event, preparer.compiled, preparer.policy, message_id, created_ms, len(rows))
    return Unit(row, rows, [*deliveries])


def prepare_audience(config: GameConfig, event: PlatformEvent) -> Unit:
    """A message whose audience is expanded later."""
    compiled = compiled_of(config, event.message_class, event.ext_code)
    message_id, created_ms = new_id(), now_ms()
    broadcast = Broadcast(message_id=message_id, stage_id=event.stage_id, created_ms=created_ms)
    if event.everybody:
        broadcast.audience = Broadcast.Audience.ALL
    elif event.query is not None:
        broadcast.audience, broadcast.query = Broadcast.Audience.QUERY, event.query
    else:
        player_ids = sorted(set(event.player_ids))
        broadcast.audience, broadcast.total = Broadcast.Audience.PLAYERS, len(player_ids)
        broadcast.player_ids = _text(player_ids)
    if event.per_player:
        broadcast.per_player = _text(event.per_player)
    policy = policy_of(compiled, event.overrides)
    return Unit(message_row(event, compiled, policy, message_id, created_ms, 0), broadcast=broadcast)


def _text(value: object) -> str:
    return _json.encode(value).decode()


def _overrides(overrides: Overrides) -> dict[str, Any]:
    return {key: value for key, value in msgspec.to_builtins(overrides).items() if value is not None}
