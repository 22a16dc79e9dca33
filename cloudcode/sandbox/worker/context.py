"""What every run begins in: the Spark objects as one program, which is run once, when a world is made."""

import json
from pathlib import Path

SPARK = Path(__file__).parents[2] / "spark"
AT_ONCE = ("core", "spark", "run")  # in this order, one program
TOPICS = (  # each when it is first needed
    *("board", "buffered", "bulk", "cache", "challenge", "collections", "config", "data", "digest"),
    *("files", "http", "lock", "log", "mail", "match", "message", "player", "request", "scheduler", "team"),
)


def read_source(name: str) -> str:
    return (SPARK / f"{name}.js").read_text()


def read_prelude(topics: dict[str, str]) -> str:
    program = "\n".join(read_source(name) for name in AT_ONCE)
    return f"(function (sources) {{\n{program}\n}})({json.dumps(topics)});"


_topics = {name: read_source(name) for name in TOPICS}
PRELUDE = read_prelude(_topics)
# Lines from here on are scripts' (Run.where): no file of the Spark objects is that long.
PRELUDE_LINES = 10 + max(text.count("\n") for text in (PRELUDE, *_topics.values()))
