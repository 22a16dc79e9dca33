import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[3]


def test_command_serves_until_it_is_told_to_end(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "manage.py", "push_simulator", "--port", "0", "--folder", str(tmp_path / "sim")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        with urllib.request.urlopen(said["control"], timeout=10) as answer:
            assert json.load(answer)["services"] == said["services"]
        account = json.loads((tmp_path / "sim" / "apns.json").read_text())
        assert account["endpoint"] == said["services"]["apns"]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("{}", "a script is a list of faults"),
        ('[{"service": "fcm", "kind": "goaway"}]', "fcm has no goaway on push"),
    ],
)
def test_bad_script_is_said_before_anything_is_served(tmp_path: Path, script: str, sentence: str):
    (tmp_path / "script.json").write_text(script)
    with pytest.raises(CommandError) as raised:
        call_command("push_simulator", "--script", str(tmp_path / "script.json"))
    assert str(raised.value) == sentence
