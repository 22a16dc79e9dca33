"""A client in a process of its own, to be stopped by a signal: `stopped_child URL TOKEN`.

Logs in with the token, then prints each message as a line of JSON. One socket, never a second.
"""

import asyncio
import json
import sys

from benchmarks.faults.world import DEVICE_SECRET
from tests.wire_client import WireClient


async def main(url: str, token: str) -> None:
    async with await WireClient.connect(url, DEVICE_SECRET, authToken=token) as client:
        print(json.dumps({"userId": client.user_id}), flush=True)
        while True:
            print(json.dumps(await client.expect_message(within=600)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
