"""Tiny, so that the programs do not rot; what they say of speed means nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.bench import run_pinned
from benchmarks.push_services import Services


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = Services(tmp_path_factory.mktemp("services"))
    services.start()
    yield services
    services.kill()


@pytest.mark.parametrize(
    ("provider", "sender"), [("apns", "h2"), ("apns", "aioapns"), ("web", "aiohttp"), ("web", "flint")]
)
def test_sender_delivers_every_push_of_its_job(
    services: Services, tmp_path: Path, provider: str, sender: str
) -> None:
    job = {
        "provider": provider,
        "account": services.accounts()[provider],
        "ca_file": str(services.folder / "ca.pem"),
        "devices": [services.device(provider, number).token for number in range(3)],
        "count": 20,
        "warm": 5,
        "at_once": 4,
    }
    file, before = tmp_path / "job.json", services.count()
    file.write_text(json.dumps(job))
    took = run_pinned(["benchmarks.pushes", sender, str(file)])
    first = 1 if sender == "h2" else 0  # Apple takes one request of a new connection
    assert services.count() - before == 25 + first
    assert took["cpu"] > 0
