"""The alert rules and the dashboard of deploy/, by promtool and in a real Prometheus above a real Flint."""

import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from protocol.instruments import INSTRUMENTS
from realtime.exposition import load_instruments
from tests.deploy.watched import Watched
from tests.live_server import LiveServer, free_port
from tests.prometheus import ROOT, Prometheus, promtool
from tests.redis_server import RedisServer

DEPLOY = ROOT / "deploy"


def queries() -> list[str]:
    panels = json.loads((DEPLOY / "grafana/flint.json").read_text())["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    return [expression.replace("$__rate_interval", "1m") for expression in expressions]


def test_config_and_rules_are_sound(tmp_path: Path) -> None:
    promtool("check", "config", str(DEPLOY / "prometheus/prometheus.yml"))
    for file in (DEPLOY / "prometheus/alerts.yml", ROOT / "tests/deploy/alerts_test.yml"):
        shutil.copy(file, tmp_path)
    promtool("test", "rules", str(tmp_path / "alerts_test.yml"))


def test_dashboard_and_rules_ask_for_what_is_counted() -> None:
    load_instruments()
    text = " ".join([*queries(), (DEPLOY / "prometheus/alerts.yml").read_text()])
    asked = set(re.findall(r"flint_\w+", text))
    histograms = {f"{name}{end}" for name in INSTRUMENTS for end in ("_bucket", "_sum", "_count")}
    assert asked <= INSTRUMENTS.keys() | histograms
    assert INSTRUMENTS.keys() - {name.removesuffix("_bucket").removesuffix("_sum") for name in asked} == set()


def silent(prometheus: Prometheus) -> list[str]:
    """The dashboard's queries that have no number yet."""
    return [
        query
        for query in queries()
        if not any(sample["value"][1] != "NaN" for sample in prometheus.query(query))
    ]


@pytest.fixture
async def watched(
    new_server: Callable[..., LiveServer], own_redis: RedisServer, tmp_path: Path
) -> AsyncIterator[Watched]:
    server = new_server(start=False, options=("--no-jobs",), REDIS_URL=own_redis.url())
    first = free_port()
    (tmp_path / "prometheus").mkdir()
    listen = [f"127.0.0.1:{first}", f"127.0.0.1:{first + 1}"]
    watched = Watched(server, listen, tmp_path / "prometheus")
    yield watched
    await watched.stop()


@pytest.mark.postgresql  # a worker needs one
async def test_dashboard_has_data_and_alerts_fire_for_real_faults(
    watched: Watched, own_redis: RedisServer
) -> None:
    prometheus = watched.prometheus
    await watched.start()
    await prometheus.until(lambda: len(prometheus.query("up == 1")) == 2)
    await prometheus.until(lambda: not silent(prometheus), lambda: silent(prometheus))
    # At first nobody has seen the worker; and the machine of the tests may be slow.
    await fires(prometheus, lambda firing: firing <= {"FlintDeliverySlow", "FlintLoopLags"})
    watched.break_pushes()
    await fires(prometheus, lambda firing: "FlintPushesFail" in firing)
    watched.kill_worker()
    await fires(prometheus, lambda firing: firing >= {"FlintWorkerNotSeen", "FlintDown"})
    own_redis.kill()
    await fires(prometheus, lambda firing: firing >= {"FlintRedisAway", "FlintNotReady"})


async def fires(prometheus: Prometheus, condition: Callable[[set[str]], bool]) -> None:
    await prometheus.until(lambda: condition(prometheus.firing()), prometheus.firing)
