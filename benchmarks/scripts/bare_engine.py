"""The engine with one function and nothing around it: a fresh world for each run, in one process."""

import json
import time

from benchmarks.scripts import texts
from benchmarks.scripts.processes import Job
from cloudcode.sandbox.guest import compiled
from cloudcode.sandbox.worker.engine import load
from cloudcode.sandbox.worker.world import World

# The same objects without any rule of theirs, as short as they can be.
OBJECTS = """
(function () {
    const host = globalThis.__host, run = globalThis.eval, kept = {};
    delete globalThis.__host;
    const player = {
        getScriptData: function (name) { return JSON.parse(host("player.load")).scriptData[name]; },
        setScriptData: function (name, value) { host("player.save"); },
        isOnline: function () { return JSON.parse(host("player.online")); }
    };
    const properties = { getProperty: function (name) { return JSON.parse(host("properties.one")); } };
    globalThis.Spark = {
        getData: function () { return JSON.parse(host("data")); },
        getPlayer: function () { return player; },
        getProperties: function () { return properties; },
        setScriptData: function (name, value) { kept[name] = value; }
    };
    globalThis.__run = function (main) { run(main); return JSON.stringify(kept); };
})();
"""
MEMORY = 64 * 1024 * 1024


async def ten_lines(job: Job) -> dict[str, float]:
    """Runs a CPU second."""
    answers = {name: json.dumps(answer) for name, answer in {**texts.ANSWERS, "data": texts.DATA}.items()}
    world = World(load(str(compiled())), MEMORY, None, OBJECTS)
    counted = 0
    until, before = time.perf_counter() + job.seconds, time.process_time()
    while time.perf_counter() < until:
        left = world.run(texts.TEN_LINES, "{}", answers.__getitem__, _never)
        if json.loads(left or "{}") != texts.RESULT:
            raise RuntimeError("another result")
        world.set_back()
        counted += 1
    return {"rate": counted / (time.process_time() - before)}


def _never() -> None:
    pass
