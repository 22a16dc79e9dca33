"""The engine: QuickJS as quickjs-rs compiled it to WebAssembly, compiled once more for this machine.

    python -m cloudcode.sandbox.worker.engine FILE

writes the compiled form, which takes a second or two to make and a millisecond to load.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from wasmtime import Engine, Module

from cloudcode.sandbox.guest import guest
from cloudcode.sandbox.worker.wasm import make_engine


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a run: of its heap."""

    memory: int


@dataclass(frozen=True, slots=True)
class Compiled:
    engine: Engine
    module: Module


def load(file: str) -> Compiled:
    engine = make_engine()
    # Read, not mapped: a folder of temporary files may be one from which nothing is executed.
    return Compiled(engine, Module.deserialize(engine, Path(file).read_bytes()))


def write(file: Path) -> None:
    """Whole or not at all."""
    made = file.with_suffix(f".{os.getpid()}")
    made.write_bytes(Module(make_engine(), guest().read_bytes()).serialize())
    made.replace(file)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
