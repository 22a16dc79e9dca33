"""One chunk of a broadcast: read its recipients, make their copies, store them with the cursor.

Players who are away are decided on before their copies are stored, so that nearly all rows are written once.
Presence says only after the commit who is away for certain: messaging.expansion looks again then.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from django.db import DataError, IntegrityError, transaction

from games.config_store import configs
from games.events import PlatformEvent
from messaging import tallying
from messaging.audiences import Audience, audience_of
from messaging.broadcast_alerts import tell_of_end
from messaging.broadcast_states import Progress, State, after_chunk, chunk_size, pace
from messaging.chains import caused_by
from messaging.decision import Target, needs_devices
from messaging.delivery import Delivery, read_targets
from messaging.expansion_claims import Claim
from messaging.made_from import overrides_of, settings_of
from messaging.message_scripts import Shaped, Shaping
from messaging.models import Broadcast
from messaging.preparing import NOT_SHAPED, Preparer
from messaging.pushing import push_items
from messaging.recipients import read_recipients
from messaging.rows import load_copies
from messaging.standing import Standing, decide_away
from players.facts import Recipient
from protocol.dates import now_ms
from protocol.run import Run
from push.outbox import PushItem, enqueue

logger = logging.getLogger(__name__)

CHUNK = 1000
FIRST_CHUNK = 500  # small at the beginning: those are delivered while the next are stored
CHUNK_BYTES = 4 * 1024 * 1024
ADVANCING = (
    *("expanded", "failed", "state", "cursor", "delivered", "paced_until_ms", "judge_ms", "due_ms"),
    "ended_ms",
)

Row = tuple[Any, ...]


@dataclass(slots=True)
class Expansion:
    """A claimed broadcast: what its copies are made with, and how far it has come.

    `shaping` is what the message's own script made of it, None while none has run. What scripts send
    meanwhile is on the list of `caused`.
    """

    claim: Claim
    preparer: Preparer
    audience: Audience
    progress: Progress
    cursor: str
    delivered: str
    document_bytes: int
    shaping: Shaping | None = None
    caused: Run = field(default_factory=Run)

    def next_size(self, progress: Progress) -> int:
        """How many recipients to take next. Large documents come in small chunks."""
        most = min(CHUNK, max(FIRST_CHUNK, progress.done), CHUNK_BYTES // self.document_bytes)
        return chunk_size(progress, max(1, most))


@dataclass(frozen=True, slots=True)
class Page:
    """Some players of an audience, with what their copies are made from. `last`: none come after them."""

    ids: list[str]
    last: bool
    recipients: list[Recipient]
    targets: dict[str, tuple[Target, ...]]


@dataclass(slots=True)
class Chunk:
    """A page's copies. `away` are the ids of those that were decided on ahead."""

    page: Page
    rows: list[Row] = field(default_factory=list)
    live: list[Delivery] = field(default_factory=list)
    pushes: list[PushItem] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    failed: int = 0

    @property
    def count(self) -> int:
        return len(self.rows) + self.failed


def begin(claim: Claim) -> Expansion:
    """Its copies are made under the settings that it was sent under, whatever they are by now."""
    row = Broadcast.objects.select_related("message").get(pk=claim.broadcast_id)
    message, config = row.message, configs.current(row.stage_id)
    compiled, _ = settings_of(message)
    event = PlatformEvent(
        stage_id=message.stage_id,
        message_class=message.message_class,
        data=msgspec.json.decode(message.data),
        ext_code=message.ext_code or None,
        per_player=msgspec.json.decode(row.per_player) if row.per_player else {},
        origin=msgspec.json.decode(message.origin),
        overrides=overrides_of(message),
        test=message.test,
    )
    preparer = Preparer(config, event, message.id, message.created_ms, compiled)
    size = len(message.data) + 500
    shaping = msgspec.json.decode(row.script, type=Shaping) if row.script else None
    audience = audience_of(row, config)
    return Expansion(
        claim,
        preparer,
        audience,
        row.progress,
        row.cursor,
        row.delivered,
        size,
        shaping,
        caused_by(event.origin),
    )


def count_audience(expansion: Expansion) -> None:
    """Once, before the first chunk: a slow broadcast does not run after players who come later."""
    total, last_id = expansion.audience.count()
    expansion.claim.held().update(total=total, last_id=last_id)
    expansion.audience = replace(expansion.audience, last_id=last_id)
    expansion.progress = replace(expansion.progress, total=total)


def read_page(expansion: Expansion, after: str, limit: int) -> Page:
    found = expansion.audience.page(after, limit + 1)  # one more, to know whether these are the last
    ids = found[:limit]
    known = None if expansion.audience.player_ids is not None else frozenset(ids)
    return read_players(expansion, ids, len(found) <= limit, known)


def read_players(
    expansion: Expansion, ids: list[str], last: bool, known: frozenset[str] | None = None
) -> Page:
    """Those among the ids that are players of the stage; `known` were found to be a moment ago."""
    preparer = expansion.preparer
    sender = preparer.event.origin.get("playerId")
    recipients = read_recipients(preparer.config, preparer.compiled, ids, sender, known) if ids else []
    targets: dict[str, tuple[Target, ...]] = {}
    if needs_devices(preparer.policy.situation(online=False, expired=False)):
        targets = read_targets([recipient.player_id for recipient in recipients])
    return Page(ids, last, recipients, targets)


def make_chunk(
    expansion: Expansion, page: Page, online: Collection[str], shaped: Mapping[str, Shaped] = NOT_SHAPED
) -> Chunk:
    """The page's copies. A recipient whose copy cannot be made fails alone. No I/O."""
    chunk = Chunk(page)
    preparer = expansion.preparer
    away = [each.player_id for each in page.recipients if each.player_id not in online and not each.blocked]
    standings = decide_away(preparer.policy, away, page.targets, preparer.expires_ms, now_ms())
    try:
        _make(preparer, chunk, page.recipients, standings, shaped)
    except Exception:
        chunk = Chunk(page)
        for recipient in page.recipients:
            try:
                _make(preparer, chunk, [recipient], standings, shaped)
            except Exception:
                logger.exception("%s of %s cannot be made", expansion.claim.broadcast_id, recipient.player_id)
                chunk.failed += 1
    return chunk


def _make(
    preparer: Preparer,
    chunk: Chunk,
    recipients: list[Recipient],
    standings: dict[str, Standing],
    shaped: Mapping[str, Shaped],
) -> None:
    for player_id, each in shaped.items():
        if each.shaping.cancelled:
            standings.pop(player_id, None)
    rows, deliveries = preparer.copies(recipients, standings, shaped)
    pushes: list[PushItem] = []
    live: list[Delivery] = []
    for delivery in deliveries:
        standing = standings.get(delivery.player_id)
        if standing is None:
            live.append(delivery)
        else:
            pushes += push_items(delivery, standing.push, online=False)
    chunk.rows += rows
    chunk.live += live
    chunk.pushes += pushes
    chunk.away.update(row[0] for row in rows if row[2] in standings)


def store_chunk(expansion: Expansion, chunk: Chunk, one_by_one: bool = False) -> bool:
    """Copies, pushes and cursor in one transaction; False when the broadcast is not ours to expand any more.

    `one_by_one`: each copy by itself, so that one that the database refuses fails alone.
    """
    held = expansion.claim.held().filter(state=State.EXPANDING, cursor=expansion.cursor)
    with transaction.atomic():
        row = held.select_for_update().first()
        if row is None:
            return False
        if one_by_one:
            _insert_each(expansion, chunk)
        else:
            _insert(expansion, chunk.rows, chunk.pushes)
        _advance(row, expansion, chunk)
        if not expansion.preparer.event.test:
            tallying.stored_of(row.stage_id, expansion.preparer.compiled.key, chunk.rows)
    expansion.progress, expansion.cursor = row.progress, row.cursor
    return True


def _insert(expansion: Expansion, rows: list[Row], pushes: list[PushItem]) -> None:
    load_copies(rows)
    enqueue(expansion.preparer.event.stage_id, pushes)


def _insert_each(expansion: Expansion, chunk: Chunk) -> None:
    """Takes those out of the chunk that are refused."""
    refused: set[str] = set()
    for row in chunk.rows:
        try:
            with transaction.atomic():
                _insert(expansion, [row], [each for each in chunk.pushes if each.player_message_id == row[0]])
        except (DataError, IntegrityError):
            logger.exception("%s of %s is refused", expansion.claim.broadcast_id, row[2])
            refused.add(row[0])
    chunk.rows = [row for row in chunk.rows if row[0] not in refused]
    chunk.live = [each for each in chunk.live if each.message_id not in refused]
    chunk.away -= refused
    chunk.failed += len(refused)


def _advance(row: Broadcast, expansion: Expansion, chunk: Chunk) -> None:
    now, before = expansion.claim.now, row.progress
    row.expanded += len(chunk.rows)
    row.failed += chunk.failed
    row.state = after_chunk(before, chunk.count, chunk.page.last)
    row.cursor = chunk.page.ids[-1] if chunk.page.ids else row.cursor
    row.delivered = expansion.delivered
    row.paced_until_ms = pace(before, chunk.count, now)
    row.due_ms = expansion.claim.lease_ms
    if row.state == State.CANARY and row.go_on_seconds is not None:
        row.judge_ms = now + row.go_on_seconds * 1000
    if row.state == State.EXPANDED:
        row.ended_ms = now
        tell_of_end(row)
    row.save(update_fields=ADVANCING)
