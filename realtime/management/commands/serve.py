"""`manage.py serve`: the server, with its worker; in one process, or in several under a supervisor."""

import contextlib
import errno
import os
import resource
import signal
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from channels.routing import get_default_application
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from realtime import several, supervisor, systemd
from realtime.leash import Leash
from realtime.listening import activated, greeting, listen
from realtime.server import Server, serve


class Command(BaseCommand):
    help = "Serves HTTP and WebSockets, and works in the background, until SIGINT or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="0 takes any free one (8000)")
        parser.add_argument(
            "--processes",
            type=int,
            default=settings.FLINT_PROCESSES,
            help="so many, under a supervisor that replaces one that dies, and all of them on SIGHUP",
        )
        parser.add_argument(
            "--no-jobs", action="store_true", help="leave background work to `worker` processes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        allow_many_files()
        with contextlib.suppress(KeyboardInterrupt):
            if leash := Leash.from_environment():
                self._serve_supervised(leash, options["no_jobs"])
                return
            check(options["processes"])
            listeners = inherited_listeners() or [open_listener(options["host"], options["port"])]
            if options["processes"]:
                become_supervisor(options["processes"], listeners)
            self._serve(listeners, options["no_jobs"])

    def _serve(self, listeners: list[socket.socket], no_jobs: bool) -> None:
        def on_listening() -> None:
            self.stdout.write(greeting(listeners))
            systemd.ready("serving")

        server = Server(get_default_application(), on_listening)
        serve(server, listeners, beside=systemd.watchdog, shared_jobs=not no_jobs)

    def _serve_supervised(self, leash: Leash, no_jobs: bool) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a reload is the supervisor's to do
        server = Server(get_default_application(), leash.ready)
        serve(
            server,
            leash.listeners,
            beside=lambda: leash.follow(server.leave, server.end),
            shared_jobs=not no_jobs,
        )

    # The checks of `manage.py check` take longer than everything else here; migrations belong to /readyz.
    requires_system_checks: list[str] = []


def check(processes: int) -> None:
    if processes < 0:
        raise CommandError(f"--processes must not be below 0, not {processes}.")
    if processes > 1 and (refusal := several.refusal()):
        raise CommandError(refusal)


def become_supervisor(processes: int, listeners: list[socket.socket]) -> NoReturn:
    """Go on as a process without Django, under the same number. It starts this command line again.

    Signals wait until it can take them: their usual action would end it, or be none at all in a container.
    """
    for listener in listeners:
        listener.set_inheritable(True)
    descriptors = [listener.fileno() for listener in listeners]
    command = [sys.executable, *sys.orig_argv[1:]]
    given = supervisor.arguments(processes, descriptors, settings.FLINT_DRAIN_SECONDS, command)
    signal.pthread_sigmask(signal.SIG_BLOCK, supervisor.SIGNALS)
    sys.stdout.flush()
    program = str(Path(settings.BASE_DIR) / "manage.py")
    os.execv(sys.executable, [sys.executable, program, supervisor.COMMAND, *given])


def inherited_listeners() -> list[socket.socket]:
    try:
        return activated()
    except (OSError, ValueError) as error:
        raise CommandError(f"Cannot listen on the sockets of LISTEN_FDS: {error}.") from None


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


def allow_many_files() -> None:
    """A socket is a file, and the usual soft limit is 1,024 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
