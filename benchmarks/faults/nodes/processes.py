"""Processes of Flint are killed, and reloaded. Each function is one hit; it returns what showed that."""

import asyncio
import os
import random
import signal

from benchmarks.faults.nodes.cluster import Cluster, ClusterProcess
from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed


async def kill_serve(cluster: Cluster) -> str:
    """A server below its supervisor, which starts another."""
    node = random.choice(cluster.nodes)
    before = set(children(node.pid))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    cluster.struck()
    await until(lambda: _replaced(node.pid, before), 60, "the server was not replaced")
    return "another process in its place"


async def kill_worker(cluster: Cluster) -> str:
    return await _kill(cluster, random.choice(cluster.workers))


async def kill_node(cluster: Cluster) -> str:
    """A supervisor with its server, as when the machine goes, and a worker."""
    return await _kill(cluster, random.choice(cluster.nodes), random.choice(cluster.workers))


async def reload(cluster: Cluster) -> str:
    """SIGHUP to a supervisor: its servers are replaced by new ones."""
    node = random.choice(cluster.nodes)
    before = set(children(node.pid))
    os.kill(node.pid, signal.SIGHUP)
    cluster.struck()
    await until(lambda: _replaced(node.pid, before), 60, "the servers were not replaced")
    return "all servers of the node are new ones"


async def _kill(cluster: Cluster, *victims: ClusterProcess) -> str:
    for pid in [pid for victim in victims for pid in family(victim.pid)]:
        os.kill(pid, signal.SIGKILL)
    cluster.struck()
    codes = [await asyncio.to_thread(victim.process.wait, 10) for victim in victims if victim.process]
    if codes != [-signal.SIGKILL] * len(victims):
        raise FaultFailed(f"the processes ended with {codes}")
    await asyncio.gather(*(victim.begin() for victim in victims))
    return "ended by signal 9"


def _replaced(pid: int, before: set[int]) -> bool:
    now = set(children(pid))
    return bool(now) and not now & before


def state(pid: int) -> str:
    """One letter: R, S, T for stopped."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def family(pid: int) -> list[int]:
    """The process and all below it."""
    return [pid, *(each for child in children(pid) for each in family(child))]
