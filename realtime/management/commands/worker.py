"""`manage.py worker`: the background jobs alone, for a process of their own."""

import asyncio
import contextlib
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from realtime import process, several, systemd


class Command(BaseCommand):
    help = "Works in the background until SIGINT or SIGTERM, beside `serve`, which does so too."

    def handle(self, *args: Any, **options: Any) -> None:
        if refusal := several.refusal():  # it is never alone: others serve
            raise CommandError(refusal)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self._work())

    async def _work(self) -> None:
        told_to_end = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
        await process.start()
        process.spare_the_collector()
        watchdog = asyncio.create_task(systemd.watchdog())
        self.stdout.write("Flint works in the background (Ctrl-C ends it)")
        systemd.ready("working in the background")
        try:
            await told_to_end.wait()
        finally:
            systemd.stopping()
            await process.stop()
            watchdog.cancel()
