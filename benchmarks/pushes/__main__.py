"""`python -m benchmarks.pushes SENDER FILE`: FILE is a Job; prints what its pushes took, as JSON."""

import gc
import json
import os
import sys
from pathlib import Path

import msgspec

from benchmarks.pushes.job import Job


def main(name: str, file: Path) -> None:
    from benchmarks.pushes.senders import SENDERS

    job = msgspec.json.decode(file.read_bytes(), type=Job)
    gc.collect()
    gc.freeze()  # as a worker does
    measured = SENDERS[name](job)
    print(json.dumps({"cpu": measured.cpu, "clock": measured.clock}))


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ["FLINT_PUSH_HOSTS"] = "127.0.0.1"
    django.setup()
    main(sys.argv[1], Path(sys.argv[2]))
