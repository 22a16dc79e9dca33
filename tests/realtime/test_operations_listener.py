"""Metrics and probes on a listener of their own, of a server and of a worker."""

import http.client
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.live_server import ROOT, LiveServer, free_port
from tests.scraping import scrape

pytestmark = pytest.mark.postgresql  # a worker needs one

NewServer = Callable[..., LiveServer]


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_server_and_worker_answer_on_listeners_of_their_own(new_server: NewServer) -> None:
    own = free_port()
    server = new_server(FLINT_METRICS_LISTEN=f"127.0.0.1:{own}")
    assert scrape(own)["flint_processes"] == 1
    assert get(own, "/readyz") == (200, b'{"ready":true}')
    assert get(own, "/ops/") == (404, b"Here are /metrics, /healthz and /readyz.\n")
    assert server.get("/metrics")[0] == 404

    workers = free_port()
    env = server.env | {"FLINT_METRICS_LISTEN": f"127.0.0.1:{workers}"}
    command = [sys.executable, "manage.py", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE) as worker:
        try:
            assert worker.stdout
            assert worker.stdout.readline().startswith(b"Flint works")
            assert get(workers, "/readyz") == (200, b'{"ready":true}')
            worker.terminate()
            assert worker.wait(10) == 0
        finally:
            worker.kill()

    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 3


def test_taken_listener_is_told_in_a_sentence(new_server: NewServer) -> None:
    first = new_server()
    env = first.env | {"FLINT_METRICS_LISTEN": f"127.0.0.1:{first.port}"}
    done = subprocess.run(
        [sys.executable, "manage.py", "worker"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=30
    )
    sentence = f"CommandError: FLINT_METRICS_LISTEN: 127.0.0.1:{first.port}: Address already in use.\n"
    assert (done.returncode, done.stderr) == (1, sentence)
