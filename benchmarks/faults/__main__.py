"""`make faults`: each fault in turn, a row each; docs/faults.json and docs/faults.md after full-size rows."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.faults import report
from benchmarks.faults.catalogue import FAULTS, Fault
from benchmarks.faults.competing.catalogue import FAULTS as COMPETING_FAULTS
from benchmarks.faults.competing.running import CompetingFault
from benchmarks.faults.nodes.catalogue import FAULTS as NODES_FAULTS
from benchmarks.faults.nodes.catalogue import SABOTAGED, NodesFault
from benchmarks.faults.nodes.running import run as run_on_nodes
from benchmarks.faults.outcome import Outcome
from benchmarks.faults.pushes.catalogue import FAULTS as PUSH_FAULTS
from benchmarks.faults.pushes.catalogue import PushFault
from benchmarks.faults.report import Row
from benchmarks.faults.world import World, make_template


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--short", action="store_true", help="fewer, smaller, sooner: as the tests run them")
    parser.add_argument(
        "--sabotage",
        default="",
        choices=["", *SABOTAGED],
        help="break a promise on purpose: something is lost",
    )
    parser.add_argument(
        "--push",
        choices=["sim"],
        help="what happens to many processes, with pushes to the services of push/sim",
    )
    options = parser.parse_args()
    all_names = (*FAULTS, *COMPETING_FAULTS, *PUSH_FAULTS, *NODES_FAULTS)
    names = [name for name in (NODES_FAULTS if options.push else all_names) if options.only in name]
    if options.sabotage and not options.only:
        names = [SABOTAGED[options.sabotage]]
    if not names:
        parser.error(f"no fault is called like {options.only}: {', '.join(all_names)}")
    folder = Path(tempfile.mkdtemp(prefix="flint-faults-"))
    rows = []
    try:
        for name in names:
            rows.append(_suffer(name, folder, options.short, options.sabotage, bool(options.push)))
            if not options.short and not options.sabotage:
                report.write(rows[-1:])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(report.last_line(rows))
    return 0 if all(row.held for row in rows) else 1


def _suffer(name: str, folder: Path, short: bool, sabotage: str, simulated: bool) -> Row:
    fault = FAULTS.get(name) or COMPETING_FAULTS.get(name) or PUSH_FAULTS.get(name) or NODES_FAULTS[name]
    row = Row(name, fault.title, backend=_backend(fault))
    if simulated:
        row.name, row.title = f"{name}_sim", f"{fault.title}, with pushes to push/sim"
    where = folder / name
    where.mkdir()
    began = time.monotonic()
    try:
        if isinstance(fault, NodesFault):
            row.outcome = asyncio.run(run_on_nodes([fault], where, short, sabotage, simulated))
        elif isinstance(fault, CompetingFault | PushFault):
            row.outcome = asyncio.run(fault.run(where, short))
        else:
            row.outcome = asyncio.run(_run(fault, where, short))
    except (AssertionError, OSError) as failed:  # the server's, not this program's
        row.failed = f"{type(failed).__name__}: {failed}"
    row.seconds = round(time.monotonic() - began, 1)
    print(report.line(row), flush=True)
    shutil.rmtree(where, ignore_errors=True)
    return row


def _backend(fault: Fault | CompetingFault | PushFault | NodesFault) -> str:
    if isinstance(fault, CompetingFault | PushFault):
        return fault.backend
    return "sqlite" if isinstance(fault, Fault) else "postgresql and redis"


async def _run(fault: Fault, folder: Path, short: bool) -> Outcome:
    world = World(folder, make_template(folder / "template"), short)
    try:
        return await fault.run(world)
    except (AssertionError, OSError):
        for server in world.servers:
            print(server.log()[-4000:], file=sys.stderr)
        raise
    finally:
        await world.end()


if __name__ == "__main__":
    sys.exit(main())
