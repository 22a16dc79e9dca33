"""What the server takes for a page: seconds of many answers, and statements for one."""

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping

from benchmarks.server import ROOT

ASKED, WARM = 40, 3


def p95_ms(port: int, path: str, cookies: str) -> float:
    """Of one after the other, over one connection, compressed. RuntimeError where a page is not answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookies, "Accept-Encoding": "gzip"}
    taken = []
    for number in range(WARM + ASKED):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered {answer.status}")
        if number >= WARM:
            taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return statistics.quantiles(taken, n=20, method="inclusive")[-1]


def queries(env: Mapping[str, str], user: str, paths: list[str]) -> dict[str, int]:
    """By path: of a second answer, when what is kept in memory is there. In a process of its own."""
    command = [sys.executable, "-m", "benchmarks.budgets.queries", user]
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=True, input=json.dumps(paths), stdout=subprocess.PIPE, text=True
    )
    counts: dict[str, int] = json.loads(done.stdout)
    return counts
