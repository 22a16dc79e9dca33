"""`manage.py serve`: the server, with its worker, in one process."""

import contextlib
import errno
import os
import resource
import socket
from argparse import ArgumentParser
from typing import Any

from channels.routing import get_default_application
from django.core.management.base import BaseCommand, CommandError

from realtime.server import listen, serve


class Command(BaseCommand):
    help = "Serves HTTP and WebSockets, and works in the background, until SIGINT or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="0 takes any free one (8000)")
        parser.add_argument(
            "--no-jobs", action="store_true", help="leave background work to `worker` processes"
        )
        parser.add_argument("--processes", type=int, default=1, help="only 1 is supported")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["processes"] != 1:
            raise CommandError("serve runs one process: --processes must be 1.")
        listener = open_listener(options["host"], options["port"])
        allow_many_files()
        with contextlib.suppress(KeyboardInterrupt):
            serve(
                get_default_application(),
                listener,
                lambda: self.stdout.write(greeting(listener)),
                shared_jobs=not options["no_jobs"],
            )

    # The checks of `manage.py check` take longer than everything else here; migrations belong to /readyz.
    requires_system_checks: list[str] = []


def open_listener(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OverflowError:
        raise CommandError(f"--port must be between 0 and 65535, not {port}.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"Port {port} on {host} is taken; name another with --port.") from None
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise CommandError(f"Cannot listen on {host}, port {port}: {why}.") from None


def greeting(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"Flint serves on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C ends it)"


def allow_many_files() -> None:
    """A socket is a file, and the usual soft limit is 1,024 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
