"""How many streams the simulated APNs lets a connection open, and from when on (APNs 1)."""

import asyncio
import time
from collections.abc import AsyncIterator

import jwt
import pytest_asyncio
from h2.connection import H2Connection
from h2.events import Event, RemoteSettingsChanged
from h2.settings import SettingCodes

from push.sim.accounts import KEY_ID, TEAM_ID, TOPIC
from push.sim.simulator import Simulator


class Client:
    """HTTP/2 with prior knowledge; opens streams whatever the server announced."""

    def __init__(self, simulator: Simulator, key_id: str = KEY_ID) -> None:
        claims = {"iss": TEAM_ID, "iat": int(time.time())}
        key = simulator.world.accounts.apns_key
        self.token = jwt.encode(claims, key, algorithm="ES256", headers={"kid": key_id})
        self.port = int(simulator.origins["apns"].rpartition(":")[2])
        self.h2 = H2Connection()

    async def connect(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.h2.initiate_connection()

    def push(self, number: int, ends: bool = True) -> None:
        stream = self.h2.get_next_available_stream_id()
        path = f"/3/device/a1{number:062x}"
        headers = [(":method", "POST"), (":scheme", "http"), (":authority", "x"), (":path", path)]
        headers += [("apns-topic", TOPIC), ("authorization", f"bearer {self.token}")]
        self.h2.send_headers(stream, headers)
        if ends:
            self.h2.send_data(stream, b'{"aps":{}}', end_stream=True)
        self.writer.write(self.h2.data_to_send())

    async def read_settings(self) -> None:
        """And acknowledge them."""
        events: list[Event] = []
        while not any(isinstance(event, RemoteSettingsChanged) for event in events):
            events = self.h2.receive_data(await self.reader.read(65_535))
            self.writer.write(self.h2.data_to_send())
        self.h2.remote_settings.update({SettingCodes.MAX_CONCURRENT_STREAMS: 100})
        self.h2.remote_settings.acknowledge()

    def close(self) -> None:
        self.writer.close()


@pytest_asyncio.fixture
async def plain() -> AsyncIterator[Simulator]:
    async with Simulator(plain=True) as simulator:
        yield simulator


async def verdicts(simulator: Simulator, count: int) -> list[tuple[str, str]]:
    log = simulator.world.log
    await log.until(lambda: len(log.requests) == count)
    return [(request.verdict, request.rule) for request in log.requests]


async def test_streams_before_the_settings_are_acknowledged_are_served(plain: Simulator):
    client = Client(plain)
    await client.connect()
    for number in range(3):
        client.push(number)
    assert await verdicts(plain, 3) == [("accepted", "")] * 3
    client.close()


async def test_second_stream_before_a_valid_token_is_one_too_many(plain: Simulator):
    client = Client(plain, key_id="ANOTHER123")
    await client.connect()
    client.push(0)
    assert await verdicts(plain, 1) == [("InvalidProviderToken", "APNs 2")]
    await client.read_settings()
    client.push(1, ends=False)
    client.push(2, ends=False)
    assert await verdicts(plain, 2) == [("InvalidProviderToken", "APNs 2"), ("TooManyStreamsError", "APNs 1")]
    client.close()
