"""Scripts around a message: once for it, then once for each recipient (cloud-code.md §3)."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.conf import settings

from cloudcode import locks
from cloudcode.bindings import Bindings, MessageScripts, messages_of
from cloudcode.host import (
    NO_BINDINGS,
    Caller,
    Copy,
    Job,
    Kept,
    message_budget,
    run_for_each,
    run_script,
)
from cloudcode.operations.players import load_all
from cloudcode.sandbox.pool import pool
from cloudcode.sandbox.running import Outcome, Script
from competition.challenges.documents import challenge_documents
from competition.models import Challenge
from games.config import GameConfig
from messaging.chains import part_of
from messaging.message_scripts import MessageInShape, Shaping
from protocol.run import Run
from realtime import database

NONE_BOUND = MessageScripts()
PAGE = 50  # recipients whose scripts run in one process, one after another


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
        document = _document(config, message)
        before = dict(document.get("scriptData") or {})
        async with locks.released(message_budget()) as budget:
            caller = Caller(config, run, budget, player_ids=list(message.player_ids))
            job = Job(caller, document, Kept(before))
            shaping = _shaping(job, await run_script(script, caller, document, job.kept), before)
        # What the script stored in the challenge is in the copies (§3).
        fields = await database.run(_as_it_is_now, config.stage_id, message.fields)
        return msgspec.structs.replace(shaping, fields=fields) if fields else shaping

    async def run_each(
        self, config: GameConfig, message: MessageInShape, copies: Mapping[str, str], run: Run
    ) -> dict[str, Shaping]:
        """Page by page, so that other games have their turns; what they send is in the recipients' order."""
        script = _bound(config, message.type_key).each
        if script is None:
            return {}
        player_ids = list(message.player_ids)
        wanted = [
            _wanted(config, message, player_id, copy_id, run, player_ids)
            for player_id, copy_id in copies.items()
        ]
        free = asyncio.Semaphore(pool().share)

        async def shape(page: Sequence[Job]) -> list[Shaping]:
            async with free:
                return await _shape_page(script, config.stage_id, page)

        pages = [wanted[start : start + PAGE] for start in range(0, len(wanted), PAGE)]
        shapings = [each for some in await asyncio.gather(*map(shape, pages)) for each in some]
        for job in wanted:
            run.deliveries += job.caller.run.deliveries
        return dict(zip(copies, shapings, strict=True))


def _wanted(
    config: GameConfig,
    message: MessageInShape,
    player_id: str,
    copy_id: str,
    run: Run,
    player_ids: list[str],
) -> Job:
    document = {**_document(config, message), "messageId": copy_id, "playerId": player_id}
    caller = Caller(config, part_of(run), message_budget(), player_id, player_ids=player_ids)
    return Job(caller, document, Kept(dict(document.get("scriptData") or {})), Copy(copy_id))


async def _shape_page(script: Script, stage_id: int, page: Sequence[Job]) -> list[Shaping]:
    facts = await load_all(stage_id, [str(job.caller.player_id) for job in page])
    for job in page:
        job.facts = facts.get(str(job.caller.player_id))
    before = [job.kept.script_data for job in page]
    outcomes = await run_for_each(script, page, settings.FLINT_SCRIPT_MESSAGE_SECONDS)
    return [
        _shaping(job, outcome, as_it_was)
        for job, outcome, as_it_was in zip(page, outcomes, before, strict=True)
    ]


def _shaping(job: Job, outcome: Outcome, before: Mapping[str, Any]) -> Shaping:
    """A failing script changes nothing, and its error does not travel: it is in script.log."""
    if outcome.failure is not None:
        return Shaping(dict(before))
    return Shaping(job.kept.script_data, job.kept.errors, job.copy is not None and job.copy.cancelled)


def _as_it_is_now(stage_id: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    shown = fields.get("challenge")
    if not isinstance(shown, Mapping):
        return {}
    row = Challenge.objects.filter(stage_id=stage_id, pk=shown.get("challengeId")).first()
    return {} if row is None else {"challenge": challenge_documents([row])[0]}


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
