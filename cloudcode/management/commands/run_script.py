import asyncio
import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from cloudcode.host import NO_BINDINGS
from cloudcode.rehearsing import Report, try_script
from cloudcode.sandbox.pool import pool
from cloudcode.sandbox.running import Script
from games.command_arguments import json_object
from games.config import GameConfig
from games.config_store import configs
from games.events import PlatformEvent
from games.lookup import find_stage
from games.models import STAGES, Stage
from players.models import Player
from realtime import database

LONGEST = 200  # characters of an argument or a message's data


class Command(BaseCommand):
    help = "Run one script by itself, as a player or as nobody, and say what it did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="the game's API key")
        parser.add_argument("binding", metavar="BINDING", help="event/SCORE, modules/ratings, …")
        parser.add_argument("--stage", choices=STAGES, default="preview")
        parser.add_argument("--player", metavar="ID", help="who Spark.getPlayer() is")
        parser.add_argument(
            "--data", type=json_object, default={}, help="what Spark.getData() gives: a JSON object"
        )
        parser.add_argument("--dry-run", action="store_true", help="leave nothing behind, and send nothing")

    def handle(
        self,
        *,
        key: str,
        binding: str,
        stage: str,
        player: str | None,
        data: Any,
        dry_run: bool,
        **options: Any,
    ) -> None:
        try:
            place = find_stage(key, stage)
        except LookupError as error:
            raise CommandError(str(error)) from None
        if player is not None and not Player.objects.filter(stage=place, pk=player).exists():
            raise CommandError(f"{place} has no player {player}.")
        config = configs.current(place.pk)
        script = _script(config, binding, place)
        connections.close_all()
        report = asyncio.run(_run(script, config, player, data, dry_run))
        self._tell(report, dry_run)
        failure = report.runs[-1][1].failure
        if failure is not None:
            raise CommandError(f"{binding} ended with {failure.code}: {failure.name}: {failure.message}")

    def _tell(self, report: Report, dry_run: bool) -> None:
        for row in report.log:
            place = row.script if row.line is None else f"{row.script}:{row.line}"
            self.stdout.write(f"log      {row.level:<5} {place} {row.text}")
        for call in report.calls:
            not_done = "" if call.done else " (not done)"
            self.stdout.write(f"call     {call.operation}{not_done} {_short(call.arguments)}")
        for event in report.messages:
            self.stdout.write(f"message  {_message(event)}")
        for name, found in (("data", report.kept.script_data), ("error", report.kept.errors)):
            for key, value in found.items():
                self.stdout.write(f"{name:<8} {key} {_short(value)}")
        log, outcome, took_ms, calls = report.runs[-1]
        memory = "" if outcome.memory is None else f", {outcome.memory / 1024:,.0f} KB"
        self.stdout.write(f"{log.script}: {took_ms:.1f} ms, {calls} calls{memory}")
        if dry_run:
            self.stdout.write("Dry run: all of it was undone, and nothing was sent.")
        elif report.messages:
            self.stdout.write("The server delivers its messages within seconds.")


async def _run(script: Script, config: GameConfig, player: str | None, data: Any, dry: bool) -> Report:
    try:
        return await try_script(script, config, player, data, dry, settings.FLINT_SCRIPT_SECONDS)
    finally:
        await pool().close()
        await asyncio.to_thread(database.shutdown)


def _script(config: GameConfig, binding: str, stage: Stage) -> Script:
    scripts = config.sections.get("scripts", NO_BINDINGS).scripts
    if binding not in scripts:
        raise CommandError(f"{stage} has no script {binding}; it has {', '.join(scripts) or 'none'}.")
    found: Script = scripts[binding]
    return found


def _message(event: PlatformEvent) -> str:
    what = event.message_class if event.ext_code is None else f"{event.message_class} {event.ext_code}"
    count = len(event.player_ids)
    whom = f"{count} player{'s'[: count != 1]}" if event.player_ids else event.query or "everybody"
    return f"{what} to {whom} {_short(event.data)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=dict)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
