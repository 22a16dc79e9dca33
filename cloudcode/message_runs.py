"""Scripts around a message: once for it, then once for each recipient (cloud-code.md §3)."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from cloudcode.bindings import Bindings, MessageScripts, messages_of
from cloudcode.host import NO_BINDINGS, Caller, Copy, Kept, message_budget, run_script
from cloudcode.sandbox.pool import pool
from cloudcode.sandbox.running import Script
from competition.challenges.documents import challenge_documents
from competition.models import Challenge
from games.config import GameConfig
from messaging.message_scripts import MessageInShape, Shaping
from protocol.run import Run
from realtime import database

NONE_BOUND = MessageScripts()


class GameMessageScripts:
    """A messaging.message_scripts.MessageScripts over the configuration's bindings."""

    def once(self, config: GameConfig, type_key: str) -> bool:
        return _bound(config, type_key).once is not None

    def each(self, config: GameConfig, type_key: str) -> bool:
        return _bound(config, type_key).each is not None

    async def run_once(self, config: GameConfig, message: MessageInShape, run: Run) -> Shaping:
        script = _bound(config, message.type_key).once
        if script is None:
            return Shaping()
        caller = Caller(config, run, message_budget(), player_ids=list(message.player_ids))
        shaping = await _shape(script, caller, _document(config, message), None)
        # What the script stored in the challenge is in the copies (§3).
        fields = await database.run(_as_it_is_now, config.stage_id, message.fields)
        return msgspec.structs.replace(shaping, fields=fields) if fields else shaping

    async def run_each(
        self, config: GameConfig, message: MessageInShape, copies: Mapping[str, str], run: Run
    ) -> dict[str, Shaping]:
        """A few at a time; what they send is in the order of the recipients all the same."""
        script = _bound(config, message.type_key).each
        if script is None:
            return {}
        free = asyncio.Semaphore(pool().share)
        document, player_ids = _document(config, message), list(message.player_ids)

        async def shape(player_id: str, copy_id: str, own: Run) -> Shaping:
            async with free:
                caller = Caller(config, own, message_budget(), player_id, player_ids=player_ids)
                mine = {**document, "messageId": copy_id, "playerId": player_id}
                return await _shape(script, caller, mine, Copy(copy_id))

        runs = {player_id: _part_of(run) for player_id in copies}
        shapings = await asyncio.gather(
            *(shape(player_id, copy_id, runs[player_id]) for player_id, copy_id in copies.items())
        )
        for own in runs.values():
            run.deliveries += own.deliveries
        return dict(zip(copies, shapings, strict=True))


async def _shape(script: Script, caller: Caller, document: dict[str, Any], copy: Copy | None) -> Shaping:
    """A failing script changes nothing, and its error does not travel: it is in script.log."""
    before = dict(document.get("scriptData") or {})
    kept = Kept(before)
    outcome = await run_script(script, caller, document, kept, copy)
    if outcome.failure is not None:
        return Shaping(before)
    return Shaping(kept.script_data, kept.errors, copy is not None and copy.cancelled)


def _as_it_is_now(stage_id: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    shown = fields.get("challenge")
    if not isinstance(shown, Mapping):
        return {}
    row = Challenge.objects.filter(stage_id=stage_id, pk=shown.get("challengeId")).first()
    return {} if row is None else {"challenge": challenge_documents([row])[0]}


def _part_of(run: Run) -> Run:
    own = Run()
    own.loaded.update(run.loaded)
    return own


def _document(config: GameConfig, message: MessageInShape) -> dict[str, Any]:
    document = {
        "@class": f".{message.message_class}",
        **message.fields,
        "gameId": config.game_id,
        "notification": message.notification,
    }
    return document if message.ext_code is None else {**document, "extCode": message.ext_code}


def _bound(config: GameConfig, type_key: str) -> MessageScripts:
    bindings: Bindings = config.sections.get("scripts", NO_BINDINGS)
    return messages_of(bindings, type_key) or NONE_BOUND
