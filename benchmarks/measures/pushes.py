"""What a push costs: each transport alone beside others, and the whole worker; and how soon one leaves.

Costs are CPU seconds of the sending process: the services (push/sim), strict and in Python, are never what is
measured.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.bench import Bench, run_pinned
from benchmarks.cores import SERVER_CORE, on_load_cores
from benchmarks.loads.task import percentile
from benchmarks.measures.measured import Figures, Measured, ratio
from benchmarks.push_services import DEVICE_OS, Services
from benchmarks.server import ROOT, Serving, cpu_seconds, working
from push.sim.faults import SERVICES

DEVICES = 200  # at each provider
AT_ONCE = {"apns": 100, "fcm": 100, "adm": 50, "wns": 50, "web": 50}
PEERS = {
    "apns": f"h2 {version('h2')} alone, APNs",
    **{name: f"{name} by aiohttp {version('aiohttp')}, one session" for name in ("fcm", "adm", "wns", "web")},
}
BEFOREHAND = f"{PEERS['web']}, encrypted beforehand"
README = {name: f"{name} {version(name)} as its README says" for name in ("aioapns", "pyfcm")}
ANSWER_SECONDS = 0.05
MOST_SENT = ("apns", "fcm")
WITHIN = 600.0
LOOK_SECONDS = 0.05
_NOTE_COMMITS = """
CREATE TABLE bench_committed (message_id varchar(24) PRIMARY KEY, at_ms double precision NOT NULL);
CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO bench_committed
VALUES (NEW.player_message_id, extract(epoch FROM clock_timestamp()) * 1000); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER bench_note AFTER INSERT ON push_outboxpush DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION bench_note();
"""


def transports(bench: Bench) -> Figures:
    """Pushes a CPU second, each beside what it is built on."""
    senders = {name: ["flint", "h2" if name == "apns" else "aiohttp"] for name in SERVICES}
    senders["apns"].append("aioapns")
    senders["fcm"].append("pyfcm")
    senders["web"].append("beforehand")
    rates: dict[str, dict[str, list[float]]] = {
        provider: {sender: [] for sender in some} for provider, some in senders.items()
    }
    for _ in range(bench.sizes.rounds):
        for provider, seen in rates.items():
            with _services() as services:
                for sender, values in seen.items():
                    values.append(_rate(bench, services, provider, sender))
    figures: Figures = {}
    for provider, seen in rates.items():
        bare = seen["h2" if provider == "apns" else "aiohttp"]
        figures[f"push_{provider}_rate"] = Measured(seen["flint"], PEERS[provider], bare)
        figures[f"push_{provider}_ratio"] = ratio(seen["flint"], PEERS[provider], bare)
    for provider, peer in (("apns", "aioapns"), ("fcm", "pyfcm")):
        figures[f"push_{provider}_vs_{peer}"] = ratio(
            rates[provider]["flint"], README[peer], rates[provider][peer]
        )
    figures["push_web_vs_unencrypted"] = ratio(rates["web"]["flint"], BEFOREHAND, rates["web"]["beforehand"])
    return figures


def _rate(bench: Bench, services: Services, provider: str, sender: str) -> float:
    count = bench.sizes.pushes
    job = {
        "provider": provider,
        "account": services.accounts()[provider],
        "ca_file": str(services.folder / "ca.pem"),
        "devices": [services.device(provider, number).token for number in range(DEVICES)],
        "count": count,
        "warm": max(count // 10, 2 * AT_ONCE[provider]),
        "at_once": AT_ONCE[provider],
    }
    before = services.count()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(job, file)
        file.flush()
        took = run_pinned(["benchmarks.pushes", sender, file.name], {SERVER_CORE})
    if services.count() - before < job["warm"] + count:
        raise RuntimeError(f"{sender} sent {count} pushes to {provider}, {services.count() - before} came")
    rate = count / took["cpu"]
    print(
        f"  {provider} by {sender}: {rate:,.0f} pushes a CPU second, {count / took['clock']:,.0f}/s",
        flush=True,
    )
    return float(rate)


def worker(bench: Bench) -> Figures:
    """From the claim to the outcome's row, of a full outbox; half of the devices are Apple's."""
    return {"push_worker_rate": Measured([_worker_rate(bench) for _ in range(bench.sizes.rounds)])}


def _worker_rate(bench: Bench) -> float:
    count = bench.sizes.worker_pushes
    with _services() as services, _filled(bench, services, count) as env:
        for provider in MOST_SENT:
            services.fault("delay", provider, seconds=ANSWER_SECONDS)
        with working(env) as pid:
            _wait_for(services, count // 10)
            began, before, done = time.perf_counter(), cpu_seconds(pid), services.count()
            _wait_for(services, count - count // 20)
            sent = services.count() - done
            cpu, clock = cpu_seconds(pid) - before, time.perf_counter() - began
    print(f"  worker: {sent / cpu:,.0f} pushes a CPU second, {sent / clock:,.0f}/s", flush=True)
    return sent / cpu


def latency(bench: Bench) -> Figures:
    """From the commit that queues a push until its provider has it; a server and a worker."""
    rounds = [_latencies(bench) for _ in range(bench.sizes.rounds)]
    return {
        "push_latency_p50_ms": Measured([percentile(each, 0.5) for each in rounds]),
        "push_latency_p99_ms": Measured([percentile(each, 0.99) for each in rounds]),
    }


def _latencies(bench: Bench) -> list[float]:
    players = bench.seeded(2 * DEVICES, 0).players
    with _services() as services, _filled(bench, services, 0) as env:
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(_NOTE_COMMITS)
            with working(env), Serving(env, options=("--no-jobs",)) as serving:
                sent = int(bench.run("steady_news", serving, bench.task(serving, players))["sent"])
                _wait_for(services, sent)
            rows = connection.execute("SELECT message_id, at_ms FROM bench_committed").fetchall()
        committed = {str(message_id): float(at_ms) for message_id, at_ms in rows}
        seen = services.delivered()
    warm = int(bench.sizes.push_rate * bench.sizes.warm)
    # The services' clock is cut off to milliseconds.
    took = [each.at_ms + 1 - committed[each.collapse_key] for each in seen[warm:]]
    told = f"p50 {percentile(took, 0.5):.1f} ms, p99 {percentile(took, 0.99):.1f} ms"
    print(f"  commit to provider at {bench.sizes.push_rate}/s: {told}", flush=True)
    return took


@contextmanager
def _services() -> Iterator[Services]:
    """On the load's cores."""
    with tempfile.TemporaryDirectory(prefix="flint-push-") as folder:
        services = Services(Path(folder))
        try:
            with on_load_cores():
                services.start()
            yield services
        finally:
            services.kill()


@contextmanager
def _filled(bench: Bench, services: Services, count: int) -> Iterator[dict[str, str]]:
    """The environment of a database with so many pushes queued, to devices of the services."""
    seeded = bench.seeded(2 * DEVICES, 0)
    accounts = services.accounts()
    devices = {
        provider: [
            (DEVICE_OS[provider], services.device(provider, number).token) for number in range(DEVICES)
        ]
        for provider in MOST_SENT
    }
    given = {
        "accounts": {provider: accounts[provider] for provider in MOST_SENT},
        "devices": devices,
        "players": seeded.players["ids"],
    }
    with bench.fresh(seeded.database) as fresh:
        env = {**fresh.env, "FLINT_PUSH_HOSTS": "127.0.0.1"}
        _fill({**env, "REDIS_URL": ""}, given, count)
        yield env


def _fill(env: Mapping[str, str], given: dict[str, Any], count: int) -> None:
    command = [sys.executable, "-m", "benchmarks.pushes.fill", str(count)]
    subprocess.run(command, cwd=ROOT, env=env, check=True, input=json.dumps(given), text=True)


def _wait_for(services: Services, count: int) -> None:
    deadline = time.monotonic() + WITHIN
    while services.count() < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{services.count()} of {count} pushes came within {WITHIN} s")
        time.sleep(LOOK_SECONDS)
