"""How the processes of a run share its tests: file by file, the longest files first.

A file's tests stay together, so that what a file starts, a demo or a server, is started once and not in each
process. The last that is handed out is short, so that no process is left working alone.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# More than ten seconds each, in this order. One that is missing here is found in time, only later.
LONGEST = (
    "faults/test_pushes.py",
    "push/test_secrets.py",
    "portal/test_ops_isolation.py",
    "faults/test_competing.py",
    "wire/test_noise.py",
    "portal/test_demo_push.py",
    "portal/test_demo.py",
    "portal/test_migrate.py",
    "realtime/test_commands.py",
    "portal/web/test_access.py",
    "portal/web/test_harness_sockets.py",
    "benchmarks/test_matchmaking.py",
    "benchmarks/test_broadcasts.py",
    "benchmarks/test_bench.py",
    "realtime/test_supervisor_reload.py",
    "cloudcode/collections/test_hostile.py",
    "wire/test_publishing.py",
    "portal/test_after_restore.py",
    "push/test_matrix.py",
    "cloudcode/sandbox/test_hostile.py",
    "wire/test_shut_stages.py",
    "realtime/test_supervisor.py",
    "deploy/test_reloads.py",
    "wire/test_edge.py",
    "portal/test_ops_lists.py",
    "faults/test_stopped_client.py",
    "portal/browser/test_tour.py",
    "portal/browser/test_restart.py",
    "portal/browser/test_message_preview.py",
    "portal/web/test_walk.py",
    "portal/browser/test_messages.py",
    "portal/browser/test_players.py",
    "portal/browser/test_people.py",
    "portal/test_ops_sections_walk.py",
    "portal/browser/test_push.py",
    "portal/test_ops_walk.py",
    "portal/test_ops_policy.py",
    "portal/browser/test_release.py",
    "portal/browser/test_game_document.py",
    "portal/browser/test_overview.py",
    "portal/browser/test_segments.py",
    "portal/browser/test_harness.py",
    "portal/browser/test_shell.py",
    "portal/browser/test_harness_load.py",
    "portal/browser/test_new_game.py",
    "portal/browser/test_account.py",
)
_PLACES = {f"tests/{file}": place for place, file in enumerate(LONGEST)}


def place_of(item: pytest.Item) -> tuple[bool, int]:
    """Tests that drive a browser come last: once started, Playwright keeps an event loop running in the
    test's thread, where no asynchronous test can run."""
    file = item.nodeid.partition("::")[0]
    return item.get_closest_marker("browser") is not None, _PLACES.get(file, len(_PLACES))


class FileByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out files in the order in which tests were collected."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        """The file. Those of its tests that drive a browser, which pytest-playwright names, are apart."""
        file, _, test = nodeid.partition("::")
        return f"{file} in a browser" if "chromium" in test.partition("[")[2] else file
