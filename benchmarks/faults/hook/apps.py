"""Arms the failpoint that the environment names and opens the window, as the server starts."""

import faulthandler
import os
import signal
from pathlib import Path

from django.apps import AppConfig


class HookConfig(AppConfig):
    name = "benchmarks.faults.hook"
    label = "faults_hook"

    def ready(self) -> None:
        from benchmarks.faults.hook import failpoints, strikes, window
        from realtime import lifecycle
        from realtime.websocket import UvicornTransport

        faulthandler.register(signal.SIGUSR1)  # prints where every thread is
        if spec := os.environ.get("FAILPOINT"):
            failpoints.arm(spec)
        if folder := os.environ.get("STRIKES"):
            strikes.arm(Path(folder))
        if os.environ.get("SABOTAGE") == "written-is-confirmed":
            UvicornTransport.confirms = False
        lifecycle.on_start(window.open_window)
        lifecycle.on_stop(window.close_window)
