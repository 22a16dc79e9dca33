import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOK = """
import django, json, sys
django.setup()
import push.jobs, push.metrics, push.requests, messaging.payloads
heavy = ("aiohttp", "aioapns", "pyfcm", "http_ece", "h2", "regex")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""


def test_start_loads_no_library_that_only_sending_needs(tmp_path: Path):
    """They take half a second, which every command and server would pay."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
        "FLINT_VAR": str(tmp_path),
    }
    loaded = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    assert json.loads(loaded.stdout) == []
