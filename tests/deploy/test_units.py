"""The systemd units: what systemd's own checks say, and what is in them. test_installed.py starts them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy import units
from tests.deploy.proxies import program

SERVICES = ("flint-serve.service", "flint-worker@.service", "flint-migrate.service")
MOST_EXPOSED = 2.0  # of 10, by systemd-analyze security


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The units with a program that is here: systemd looks whether it is."""
    for unit in units.FOLDER.iterdir():
        text = unit.read_text().replace("/opt/flint/.venv/bin/python", "/usr/bin/env")
        (tmp_path / unit.name).write_text(text)
    return tmp_path


def analyze(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [program("systemd-analyze"), *arguments],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:", "SYSTEMD_COLORS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_systemd_finds_nothing_wrong(folder: Path) -> None:
    files = sorted(str(path) for path in folder.iterdir())
    done = analyze(folder, "verify", "--man=no", *files)
    ours = [line for line in done.stderr.splitlines() if "flint" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", SERVICES)
def test_services_can_reach_little_of_the_machine(folder: Path, name: str) -> None:
    done = analyze(folder, "security", "--offline=true", str(folder / name))
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_no_root_and_take_their_secrets_from_the_file(name: str) -> None:
    unit = units.read(name)
    assert unit["Service.User"] == ["flint"]
    assert unit["Service.EnvironmentFile"] == ["/etc/flint/flint.env"]
    assert unit["Service.Environment"] == ["FLINT_VAR=/var/lib/flint"]


def test_the_proxies_and_the_socket_unit_agree_where_flint_is() -> None:
    (address,) = units.read("flint-serve.socket")["Socket.ListenStream"]
    assert f"server {address} " in (units.DEPLOY / "nginx/upstream.conf").read_text()
    assert f"reverse_proxy {address} " in (units.DEPLOY / "caddy/Caddyfile").read_text()


def test_the_code_is_named_by_whole_paths_so_that_a_reload_follows_a_link() -> None:
    """`/opt/flint` may be a link to a release: a working directory would stay in the former one."""
    for name in SERVICES:
        (line,) = units.read(name)["Service.ExecStart"]
        assert line.startswith("/opt/flint/.venv/bin/python /opt/flint/manage.py ")
        assert "Service.WorkingDirectory" not in units.read(name)
