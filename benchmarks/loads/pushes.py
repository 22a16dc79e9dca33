"""News to players who are away, one message at a time, at a steady rate."""

import asyncio
import json
import time

from benchmarks.loads.task import Result, Task


async def steady_news(task: Task) -> Result:
    """Open loop; how many were sent."""
    server = await task.own_server()
    rate = task.sizes.push_rate
    count = int(rate * (task.sizes.warm + task.sizes.seconds))
    began = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0, began + number / rate - time.perf_counter()))
        ask = {
            "@class": ".SendMessageRequest", "requestId": str(number), "extCode": task.ext_code,
            "playerIds": [task.ids[number % len(task.ids)]], "data": {"text": "while you were away"},
        }  # fmt: skip
        server.send(json.dumps(ask))
    return {"sent": count}
