"""`make faults`: each fault in turn, a row each; docs/faults.json and docs/faults.md after a full run."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.faults import report
from benchmarks.faults.catalogue import FAULTS, Fault
from benchmarks.faults.outcome import Outcome
from benchmarks.faults.report import Row
from benchmarks.faults.world import World, make_template


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--short", action="store_true", help="fewer, smaller, sooner: as the tests run them")
    options = parser.parse_args()
    chosen = {name: fault for name, fault in FAULTS.items() if options.only in name}
    if not chosen:
        parser.error(f"no fault is called like {options.only}: {', '.join(FAULTS)}")
    folder = Path(tempfile.mkdtemp(prefix="flint-faults-"))
    try:
        template = make_template(folder / "template")
        rows = [
            _suffer(name, fault, folder / name, template, options.short) for name, fault in chosen.items()
        ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not options.only and not options.short:
        report.write(rows)
    print(report.last_line(rows))
    return 0 if all(row.held for row in rows) else 1


def _suffer(name: str, fault: Fault, folder: Path, template: Path, short: bool) -> Row:
    folder.mkdir()
    world = World(folder, template, short)
    began = time.monotonic()
    row = Row(name, fault.title)
    try:
        row.outcome = asyncio.run(_run(fault, world))
    except (AssertionError, OSError) as fault_found:  # the server's, not this program's
        row.failed = f"{type(fault_found).__name__}: {fault_found}"
    row.seconds = round(time.monotonic() - began, 1)
    print(report.line(row), flush=True)
    if not row.held:
        for server in world.servers:
            print(server.log()[-4000:], file=sys.stderr)
    return row


async def _run(fault: Fault, world: World) -> Outcome:
    try:
        return await fault.run(world)
    finally:
        await world.end()


if __name__ == "__main__":
    sys.exit(main())
