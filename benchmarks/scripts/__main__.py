"""`python -m benchmarks.scripts NAME FILE`: FILE is a Job; prints what was measured, as JSON."""

import asyncio
import gc
import json
import os
import sys
from pathlib import Path

import msgspec


def main(name: str, file: Path) -> None:
    from benchmarks.scripts import bare_engine, neighbours, processes

    programs = {
        "ten_lines": processes.ten_lines,
        "modules": processes.modules,
        "bare": bare_engine.ten_lines,
        "neighbours": neighbours.neighbours,
        "hostile": neighbours.hostile,
    }
    job = msgspec.json.decode(file.read_bytes(), type=processes.Job)
    gc.collect()
    gc.freeze()  # as a server does
    print(json.dumps(asyncio.run(programs[name](job))))


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    main(sys.argv[1], Path(sys.argv[2]))
