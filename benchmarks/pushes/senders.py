"""The senders by name. Each sends a job's pushes and measures itself."""

from collections.abc import Callable, Mapping

from benchmarks.pushes import bare_aiohttp, bare_h2, flint, readmes
from benchmarks.pushes.job import Cpu, Job

SENDERS: Mapping[str, Callable[[Job], Cpu]] = {
    "flint": flint.run,
    "h2": bare_h2.run,
    "aiohttp": bare_aiohttp.run,
    "beforehand": bare_aiohttp.run_encrypted_beforehand,
    "aioapns": readmes.aioapns,
    "pyfcm": readmes.pyfcm,
}
