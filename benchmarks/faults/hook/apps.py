"""Arms the failpoint that the environment names and opens the window, as the server starts."""

import os

from django.apps import AppConfig


class HookConfig(AppConfig):
    name = "benchmarks.faults.hook"
    label = "faults_hook"

    def ready(self) -> None:
        from benchmarks.faults.hook import failpoints, window
        from realtime import lifecycle

        if spec := os.environ.get("FAILPOINT"):
            failpoints.arm(spec)
        lifecycle.on_start(window.open_window)
        lifecycle.on_stop(window.close_window)
