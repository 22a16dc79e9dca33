#!/usr/bin/env python3
"""Django's command line with Flint's settings."""

import os
import signal
import sys

from realtime.logs import hide_secrets_of_crashes

if __name__ == "__main__":
    # A line is there when it is printed, also for a supervisor or a pipe that reads along.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if os.getpid() == 1:  # in a container; without a handler SIGTERM would do nothing there
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if sys.argv[1:2] == ["supervise"]:  # what `serve --processes` becomes: it needs no Django
        from realtime import supervisor

        sys.exit(supervisor.main(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    hide_secrets_of_crashes()
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:  # before a command could take it
        sys.exit(130)
