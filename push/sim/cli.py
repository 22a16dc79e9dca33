"""The command line, for `python -m` and for whoever wraps it."""

import argparse
import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .faults import Fault
from .simulator import Simulator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=9400, help="the control's; the services' are the next five; 0: free ones"
    )
    parser.add_argument("--folder", type=Path, help="keeps keys, ca.pem and the accounts' documents here")
    parser.add_argument("--log", type=Path, help="what is delivered, as JSON lines")
    parser.add_argument("--script", type=Path, help="faults: a JSON list as POST /faults takes")
    parser.add_argument("--plain", action="store_true", help="without TLS; APNs speaks HTTP/2 all the same")


def run(options: dict[str, Any], say: Callable[[str], object]) -> None:
    """Until interrupted. Says one line of JSON when it serves. Raises ValueError for a bad script."""
    faults = _read(options["script"]) if options["script"] else []
    if options["folder"]:
        options["folder"].mkdir(mode=0o700, parents=True, exist_ok=True)
    simulator = Simulator(
        options["folder"], options["log"], options["host"], options["port"], options["plain"]
    )
    simulator.script(faults)
    asyncio.run(_serve(simulator, say))


def _read(file: Path) -> list[Fault]:
    document = json.loads(file.read_text())
    if not isinstance(document, list):
        raise ValueError("a script is a list of faults")
    return [Fault.of(each) for each in document]


async def _serve(simulator: Simulator, say: Callable[[str], object]) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with simulator:
        say(json.dumps({"control": simulator.control.origin, "services": simulator.origins}))
        await ended.wait()
