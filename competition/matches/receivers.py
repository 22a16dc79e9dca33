"""Hears on the event loop that a player's socket ended, where the game has matches that care (§8.3)."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from competition.matches import open_matches
from competition.matches.moment import now_ms
from games.config_store import configs
from games.signals import player_disconnected
from protocol.session import Session
from realtime.batcher import Batcher
from realtime.registry import registry

logger = logging.getLogger(__name__)


def connect() -> None:
    player_disconnected.connect(_left, dispatch_uid="competition.match_left")


def _note_offline(player_ids: list[str]) -> Sequence[None]:
    open_matches.note_offline(player_ids, now_ms())
    return [None] * len(player_ids)


_noting: Batcher[str, None] = Batcher(_note_offline)


def _left(sender: Any, session: Session, player_id: str, **_: Any) -> None:
    config = configs.cached(session.stage_id)
    if config is None or registry.online(player_id):
        return
    if any(type_.drop_in for type_ in config.sections["matches"].values()):
        _noting(player_id).add_done_callback(_report)


def _report(noted: asyncio.Future[None]) -> None:
    """What was not written down, the job that looks at who is online does (competition.matches.jobs)."""
    if not noted.cancelled() and (fault := noted.exception()) is not None:
        logger.error("who left could not be noted: %s", fault)
