"""What several settings come to together, read by a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def printed(expression: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({expression})"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.settings", **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_first_secret_key_signs_and_the_others_are_believed(tmp_path: Path) -> None:
    keys = printed(
        "(settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS)",
        FLINT_VAR=str(tmp_path),
        FLINT_SECRET_KEY="new,old,oldest",
    )
    assert keys == "('new', ['old', 'oldest'])"


def test_one_secret_key_has_no_fallbacks(tmp_path: Path) -> None:
    keys = printed("(len(settings.SECRET_KEY), settings.SECRET_KEY_FALLBACKS)", FLINT_VAR=str(tmp_path))
    assert keys == "(50, [])"
