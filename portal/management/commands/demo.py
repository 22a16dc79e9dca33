"""`manage.py demo`: what `make run` starts."""

import asyncio
import contextlib
import io
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from channels.routing import get_default_application
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from games.documents import DocumentFaults
from portal.demo import administrator, details, game, greeting, playing, push_services
from portal.demo.details import Address
from portal.demo.network import lan_address
from portal.demo.push_services import PushServicesUnusable
from portal.demo.recorded import Recorded
from portal.demo.telling import Pushes, StoryFailed
from realtime.management.commands.serve import allow_many_files, open_listener
from realtime.server import Server, serve

EVERYWHERE = ("0.0.0.0", "::", "")


class Command(BaseCommand):
    help = "Serves the demo game and plays its story: once when it is new here, and again with --story."
    requires_system_checks: list[str] = []  # they take longer than the rest of the start

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="0 takes any free one (8000)")
        parser.add_argument("--story", action="store_true", help="play the story again")
        parser.add_argument(
            "--push", choices=["sim"], help="simulate the push services, and play the story with them"
        )
        parser.add_argument(
            "--reset-admin", action="store_true", help="make the administrator a new password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # for terminals that lack a letter of the story
        with contextlib.suppress(KeyboardInterrupt):
            listener = open_listener(options["host"], options["port"])
            allow_many_files()
            self._migrate()
            self._serve(listener, options)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database")
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)

    def _serve(self, listener: socket.socket, options: dict[str, Any]) -> None:
        address = _address(options["host"], listener)
        demo, content = self._load(address, options["reset_admin"])
        play = options["story"] or not playing.was_played(demo.game)
        if not options["push"]:
            push_services.forget(demo.game)
        connections.close_all()

        async def tell(pushes: Pushes, play: bool, push_control: str = "") -> None:
            if play:
                await playing.play(demo, content, pushes, self._say, self.style)
            for line in greeting.lines(content, address, push_control):
                self._say(line)

        async def with_sandbox() -> None:
            await tell(Recorded(), play)

        async def with_simulator() -> None:
            async with push_services.simulated(demo.game) as services:
                await tell(services.pushes, True, services.control)
                await asyncio.Event().wait()  # until the server ends

        beside = with_simulator if options["push"] else with_sandbox
        try:
            serve(Server(get_default_application()), [listener], beside=beside)
        except (StoryFailed, PushServicesUnusable) as failed:
            raise CommandError(str(failed)) from None

    def _load(self, address: Address, reset_admin: bool) -> tuple[game.DemoGame, dict[str, Any]]:
        """The game, and what was written to var/demo.json about it."""
        user, password = administrator.find_or_make(details.known_password(), reset_admin)
        try:
            demo = game.load(user)
        except DocumentFaults as refused:
            faults = "\n".join(f"  {fault}" for fault in refused.faults)
            raise CommandError(f"{game.DOCUMENT} was not imported:\n{faults}") from None
        administrator.own(user, demo.game)
        if demo.changes is not None:
            self._say(f"Loaded {demo.game.name} from portal/demo/{game.DOCUMENT.name}")
        content = details.collect(demo.game, demo.players, address, user.get_username(), password)
        details.write(content)
        return demo, content

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _address(host: str, listener: socket.socket) -> Address:
    port = listener.getsockname()[1]
    if host in EVERYWHERE:
        return Address("127.0.0.1", port, lan_address())
    return Address(f"[{host}]" if ":" in host else host, port)
