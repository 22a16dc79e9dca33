"""`python -m benchmarks.loads NAME FILE`: FILE is a Task; the result is one JSON object of numbers."""

import json
import resource
import sys
from pathlib import Path

import msgspec
import uvloop

from benchmarks.loads import (
    board_posts,
    board_views,
    events,
    fanout,
    friend_messages,
    other_requests,
    pushes,
    scores,
    sockets,
    stored,
    turns,
)
from benchmarks.loads.task import Load, Task

LOADS: dict[str, Load] = {
    "message_rate": friend_messages.message_rate,
    "message_latency": friend_messages.message_latency,
    "other_request_rate": other_requests.other_request_rate,
    "fanout": fanout.fanout,
    "connects": sockets.connects,
    "memory": sockets.memory,
    "stored": stored.stored,
    "board_posts": board_posts.board_posts,
    "steady_news": pushes.steady_news,
    "board_views": board_views.board_views,
    "score_rate": scores.score_rate,
    "score_latency": scores.score_latency,
    "turn_rate": turns.turn_rate,
    "event_latency": events.event_latency,
    "event_rate": events.event_rate,
}

if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    name, file = sys.argv[1], Path(sys.argv[2])
    print(json.dumps(uvloop.run(LOADS[name](msgspec.json.decode(file.read_bytes(), type=Task)))))
