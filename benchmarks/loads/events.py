"""LogEventRequests of one event, which has a script or has none."""

from itertools import count

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.closed_loop import ClosedLoop
from benchmarks.loads.open_loop import OpenLoop
from benchmarks.loads.task import Result, Task
from benchmarks.server import cpu_seconds

EVENT = b'{"@class":".LogEventRequest","requestId":"%d","eventKey":"%b","points":5}'
ANSWER = b".LogEventResponse"
AT_ONCE = 50
PER_SECOND = 200


async def event_latency(task: Task) -> Result:
    """Milliseconds at PER_SECOND requests a second."""
    key = task.event.encode()
    loop = OpenLoop(task.sizes, ANSWER, lambda client, number: EVENT % (number, key))
    return await loop.latencies(await task.players(task.tokens, loop.answered), PER_SECOND)


async def event_rate(task: Task) -> Result:
    """Requests a CPU second of the server's, as many as it can answer."""
    numbers, key = count(1), task.event.encode()

    def log(client: BenchClient) -> None:
        client.transport.write(text_frame(EVENT % (next(numbers), key)))

    loop = ClosedLoop(task.sizes, ANSWER, log)
    clients = await task.players(task.tokens[:AT_ONCE], loop.answered)
    before = sum(map(cpu_seconds, task.pids))
    await loop.rate(clients)
    return {"rate": (next(numbers) - 1) / (sum(map(cpu_seconds, task.pids)) - before)}
