"""Requests that write by a transaction of their own, as most do: ChangeUserDetailsRequest stands for them."""

from itertools import count

from benchmarks.client import BenchClient, text_frame
from benchmarks.loads.closed_loop import ClosedLoop
from benchmarks.loads.task import Result, Task

CHANGE = b'{"@class":".ChangeUserDetailsRequest","requestId":"%d","displayName":"Player %d"}'
ANSWER = b".ChangeUserDetailsResponse"
AT_ONCE = 50  # as many as keep eight database threads busy


async def other_request_rate(task: Task) -> Result:
    numbers = count(1)

    def change(client: BenchClient) -> None:
        number = next(numbers)
        client.transport.write(text_frame(CHANGE % (number, number)))

    loop = ClosedLoop(task.sizes, ANSWER, change)
    return {"rate": await loop.rate(await task.players(task.tokens[:AT_ONCE], loop.answered))}
