"""deploy/compose.yaml and the Dockerfile: what Compose says of them, and what must be in them."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.deploy import image
from tests.deploy.proxies import DEPLOY, program
from tests.live_server import ROOT

PACKAGES = {"protocol", "games", "realtime", "players", "push", "messaging", "competition", "portal"}
Compose = dict[str, Any]


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Compose:
    """As Compose reads it, with the files of the example in place."""
    folder = tmp_path_factory.mktemp("compose") / "deploy"
    shutil.copytree(DEPLOY, folder)
    for example in folder.rglob("*.env.example"):
        example.rename(example.with_suffix(""))
    done = subprocess.run(
        [*compose_command(), "-f", "compose.yaml", "config"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = yaml.safe_load(done.stdout)
    assert isinstance(document, dict)
    return document


def compose_command() -> list[str]:
    if shutil.which("docker"):
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if plugin.returncode == 0:
            return ["docker", "compose"]
    return [program("docker-compose")]


def test_two_servers_and_two_workers_share_the_image_and_the_settings(compose: Compose) -> None:
    services = compose["services"]
    assert services["worker"]["deploy"]["replicas"] == 2
    for name in ("serve1", "serve2", "worker", "migrate"):
        assert services[name]["image"] == "flint"
        assert services[name]["environment"]["FLINT_TRUSTED_HOPS"] == "1"
        assert services[name]["read_only"] is True


def test_nobody_starts_before_what_it_needs(compose: Compose) -> None:
    def waits(name: str) -> dict[str, str]:
        needed = compose["services"][name]["depends_on"]
        return {other: how["condition"] for other, how in needed.items()}

    healthy, done = "service_healthy", "service_completed_successfully"
    for name in ("serve1", "serve2", "worker"):
        assert waits(name) == {"migrate": done, "postgres": healthy, "redis": healthy}
    assert waits("migrate") == {"postgres": healthy}
    assert waits("proxy") == {"serve1": healthy, "serve2": healthy}


def test_redis_never_evicts_and_has_a_bound(compose: Compose) -> None:
    command = compose["services"]["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert (options["--maxmemory-policy"], options["--maxmemory"]) == ("noeviction", "512mb")


def test_the_proxy_knows_the_servers_addresses(compose: Compose) -> None:
    upstream = (DEPLOY / "compose/upstream.conf").read_text()
    known = re.findall(r"^    server (\S+):8000 max_fails=0;$", upstream, re.MULTILINE)
    servers = [
        compose["services"][name]["networks"]["flint"]["ipv4_address"] for name in ("serve1", "serve2")
    ]
    assert known == servers


def test_only_the_proxy_is_reached_from_outside(compose: Compose) -> None:
    assert [name for name, service in compose["services"].items() if service.get("ports")] == ["proxy"]


def test_images_are_named_with_their_version(compose: Compose) -> None:
    images = {service["image"] for service in compose["services"].values()} - {"flint"}
    bases = set(re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    for each in images | bases:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+\S*", each), each


def test_every_setting_of_the_example_exists() -> None:
    names = re.findall(r"^([A-Z_]+)=", (DEPLOY / "flint.env.example").read_text(), re.MULTILINE)
    page = (ROOT / "docs/settings.md").read_text()
    assert names
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_no_file_of_secrets_is_kept_in_the_repository() -> None:
    done = subprocess.run(
        ["git", "check-ignore", "deploy/flint.env", "deploy/compose/postgres.env", "deploy/tls/privkey.pem"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(done.stdout.splitlines()) == 3


def test_the_image_holds_the_packages_and_neither_tests_nor_secrets() -> None:
    names = image.listed()
    assert names >= PACKAGES | {"manage.py", "templates", "static", "requirements.txt"}
    assert names.isdisjoint({"tests", "var", ".venv", ".git", "deploy", "docs", "benchmarks"})


def test_the_image_is_run_by_nobody_special_and_looks_after_itself() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert text.index("\nUSER flint\n") < text.index("\nCMD ")
    assert "/readyz" in image.instruction("HEALTHCHECK")[-1]
    assert image.instruction("CMD")[1:3] == ["manage.py", "serve"]
    assert json.dumps("curl") not in text
