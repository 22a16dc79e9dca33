"""The supervisor above real processes: what it starts, replaces and ends."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from realtime import redis_keys
from tests.realtime.supervised import ROOT, Supervised, alive, code_of, until
from tests.redis_server import RedisServer

Start = Callable[..., Supervised]


def test_the_supervisor_loads_nothing_of_the_application() -> None:
    program = (
        "import sys, realtime.supervisor; print(sorted({'django', 'uvicorn', 'channels'} & {*sys.modules}))"
    )
    printed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert printed.stdout == b"[]\n"


async def test_processes_serve_together_each_as_a_node_of_its_own(supervise: Start) -> None:
    flint = supervise(2)
    await flint.ready()
    assert flint.log == [f"Flint serves on http://127.0.0.1:{flint.port} (Ctrl-C ends it)"]
    first = await flint.who()
    second = await flint.served_by(lambda who: who["pid"] != first["pid"])
    assert sorted(flint.children()) == sorted([first["pid"], second["pid"]])
    assert len({first["node"], second["node"]}) == 2
    assert [len(who["node"]) for who in (first, second)] == [24, 24]


async def test_killed_process_is_replaced_and_nobody_is_refused_meanwhile(supervise: Start) -> None:
    flint = supervise(1)
    await flint.ready()
    former = await flint.who()
    os.kill(former["pid"], signal.SIGKILL)
    clients = await asyncio.gather(*[flint.connect() for _ in range(50)])
    successors = {(who["pid"], who["node"]) for _, who in clients}
    assert len(successors) == 1
    assert successors.isdisjoint({(former["pid"], former["node"])})
    died = f"server process {former['pid']} was ended by SIGKILL; another takes its place"
    assert flint.log[1:] == [f"ERROR flint.supervisor: {died}"]


async def test_killed_process_is_declared_dead(supervise: Start, own_redis: RedisServer) -> None:
    flint = supervise(1, REDIS_URL=own_redis.url())
    await flint.ready()
    former = await flint.who()
    lease = f"{former['node']}.1"
    with redis.Redis.from_url(own_redis.url()) as client:
        client.sadd(redis_keys.LEASES, lease)
        client.set(redis_keys.alive(lease), "", px=600_000)
        os.kill(former["pid"], signal.SIGKILL)
        await until(lambda: not client.exists(redis_keys.alive(lease)))


async def test_process_that_dies_again_and_again_is_given_time(supervise: Start) -> None:
    flint = supervise(1)
    await flint.ready()
    former = await flint.who()
    flint.install("raise SystemExit(7)")
    os.kill(former["pid"], signal.SIGKILL)
    early = "ended with exit code 7 before it accepted connections; another takes its place in"
    await flint.logged(f"{early} 0.5 s")
    await flint.logged(f"{early} 1 s")
    flint.install("VERSION = 2")
    assert (await flint.who())["version"] == 2


async def test_supervisor_whose_first_processes_do_not_boot_ends(supervise: Start) -> None:
    flint = supervise(2, code="raise SystemExit(7)")
    code, _ = await flint.ended()
    assert code == 1
    assert len(flint.log) == 1
    assert flint.log[0].startswith("ERROR flint.supervisor: Flint does not start: server process ")
    assert flint.log[0].endswith(" ended with exit code 7 before it accepted connections")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_end_is_graceful_and_soon(supervise: Start, number: int) -> None:
    flint = supervise(2)
    await flint.ready()
    children = flint.children()
    clients = [(await flint.connect())[0] for _ in range(10)]
    flint.signal(number)
    assert await asyncio.gather(*[code_of(client) for client in clients]) == [1012] * 10
    code, seconds = await flint.ended()
    assert (code, [alive(pid) for pid in children]) == (0, [False, False])
    assert seconds < 5  # a busy machine's 3
    assert len(flint.log) == 1


async def test_second_interrupt_ends_at_once(supervise: Start) -> None:
    flint = supervise(2)
    await flint.ready()
    children = flint.children()
    for child in children:
        os.kill(child, signal.SIGSTOP)  # they would take the whole time
    flint.signal(signal.SIGINT)
    began = time.monotonic()
    await asyncio.sleep(0.1)
    flint.signal(signal.SIGINT)
    code, _ = await flint.ended()
    assert (code, [alive(pid) for pid in children]) == (0, [False, False])
    assert time.monotonic() - began < 2


async def test_process_that_hangs_does_not_hold_up_the_end(supervise: Start) -> None:
    flint = supervise(2)
    await flint.ready()
    hung, sound = flint.children()
    os.kill(hung, signal.SIGSTOP)
    flint.signal(signal.SIGTERM)
    code, seconds = await flint.ended()
    assert (code, alive(hung), alive(sound)) == (0, False, False)
    assert 2.5 < seconds < 6
    assert flint.log[1:] == [
        f"WARNING flint.supervisor: server process {hung} did not end within 3 s and is killed"
    ]


async def test_processes_end_when_their_supervisor_is_killed(supervise: Start) -> None:
    flint = supervise(2)
    await flint.ready()
    children = flint.children()
    client, _ = await flint.connect()
    flint.signal(signal.SIGKILL)
    assert await code_of(client) == 1012
    await until(lambda: not any(alive(pid) for pid in children))


SUBREAPER = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(36, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
UNSHARE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")


async def test_first_process_of_a_container_reaps_orphans_and_hears_signals(
    supervise: Start, tmp_path: Path
) -> None:
    """The kernel gives it no default action of a signal, and every process that lost its parent."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    orphan = f"import subprocess; subprocess.run('cat {gate} &', shell=True, check=True)"
    probe = await asyncio.create_subprocess_exec(*UNSHARE, "true")
    if await probe.wait() == 0:
        flint = supervise(1, before=UNSHARE, forked=True, code=orphan)
    else:  # not allowed to make a namespace: then at least the orphans
        flint = supervise(1, before=(sys.executable, "-c", SUBREAPER), code=orphan)
    await flint.ready()
    assert len(flint.children()) == 2
    with gate.open("w"):
        pass
    await until(lambda: len(flint.children()) == 1)
    flint.signal(signal.SIGTERM)
    code, seconds = await flint.ended()
    assert code == 0
    assert seconds < 5  # a busy machine's 3
