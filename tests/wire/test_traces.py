"""What a collector of OpenTelemetry gets of a server that is told of one."""

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.live_server import LiveServer, unique
from tests.server_fixtures import Connect
from tests.wire_games import GAME

NewServer = Callable[..., LiveServer]

PATIENCE = 30.0
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PASSWORD = "open-sesame-of-anna"


class Seen(NamedTuple):
    """A span; ids in hex."""

    name: str
    trace: str
    id: str
    parent: str
    about: dict[str, Any]


class Collector:
    """Takes OTLP over HTTP, as the protocol's specification has it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def spans(self) -> list[Seen]:
        return [
            Seen(
                span.name,
                span.trace_id.hex(),
                span.span_id.hex(),
                span.parent_span_id.hex(),
                {
                    pair.key: getattr(pair.value, str(pair.value.WhichOneof("value")))
                    for pair in span.attributes
                },
            )
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    async def until(self, name: str, id: str = "") -> Seen:
        """The first span of that name, or the one of that id, once it is here."""
        deadline = time.monotonic() + PATIENCE
        while not (
            found := [span for span in self.spans() if span.name == name and (span.id == id or not id)]
        ):
            assert time.monotonic() < deadline, self.spans()
            await asyncio.sleep(0.05)
        return found[0]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture
def server(new_server: NewServer, collector: Collector) -> LiveServer:
    return new_server(
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_BSP_SCHEDULE_DELAY="100",
        FLINT_LOG_LEVEL="DEBUG",
        FLINT_LOG_FORMAT="json",
    )


async def test_request_and_what_it_waited_for_and_delivered_are_one_trace(
    server: LiveServer, collector: Collector, connect: Connect
) -> None:
    anna, bob = await connect(on=server), await connect(on=server)
    await anna.register(unique("anna"), PASSWORD)
    await bob.register(unique("bob"), PASSWORD)
    friends = {"playerId": anna.user_id, "friendIds": [bob.user_id]}
    assert "error" not in await server.rest("LinkFriendsRequest", **friends)
    document = {**friends, "message": "Double six!"}
    status, _ = await asyncio.to_thread(rest, server, "SendFriendMessageRequest", document)
    assert status == 200
    await bob.messages_until(lambda frame: frame.get("message") == "Double six!")
    deliver = await collector.until("deliver")
    stored = await collector.until("store_batches")
    request = await collector.until("SendFriendMessageRequest")
    call = await collector.until("HTTP POST", request.parent)
    assert (call.trace, call.parent) == (TRACE, CALLER)
    assert request.trace == TRACE
    assert (stored.trace, stored.parent) == (TRACE, request.id)
    assert (deliver.trace, deliver.parent) == (TRACE, request.id)
    assert deliver.about == {"flint.messages": 1}
    assert (call.about["flint.status"], request.about["flint.outcome"]) == (200, "ok")
    assert request.about["flint.request"] == call.about["flint.request"]
    lines = [json.loads(line) for line in server.log().splitlines() if TRACE in line]
    assert {line["trace"] for line in lines} == {TRACE}


async def test_neither_secrets_nor_tokens_nor_strangers_texts_are_told(
    server: LiveServer, collector: Collector, connect: Connect
) -> None:
    anna = await connect(on=server)
    await anna.register(unique("anna"), PASSWORD)
    token = anna.auth_token
    registered = await anna.request("PushRegistrationRequest", deviceOS="IOS", pushId="7" * 64)
    assert "error" not in registered
    assert "error" in await anna.request("StrangeWordsRequest")
    assert "error" in await anna.request("AuthenticationRequest", userName="anna", password="wrong-sesame")
    await asyncio.to_thread(rest, server, "SendMessageRequest", {"playerIds": ["nobody"]})
    await collector.until("unknown")
    await collector.until("HTTP POST")
    assert server.stop() == 0
    told = b"".join(collector.bodies)
    secrets = [PASSWORD, "wrong-sesame", token, "7" * 64, "StrangeWords", *GAME.secrets.values()]
    assert [secret for secret in secrets if secret.encode() in told] == []


async def test_collector_that_is_away_costs_nobody_anything(new_server: NewServer, connect: Connect) -> None:
    server = new_server(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", OTEL_BSP_SCHEDULE_DELAY="100")
    anna = await connect(on=server)
    await anna.register(unique("anna"), PASSWORD)
    for _ in range(3):
        assert "error" not in await anna.request("AccountDetailsRequest")
    assert server.stop() == 0


def rest(server: LiveServer, name: str, document: dict[str, Any]) -> tuple[int, bytes]:
    """As a game's server does that traces its own work; the secret stands in the address."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    address = f"/preview/rs/{GAME.api_key}/server/{GAME.secrets['server']}/{name}"
    headers = {"Content-Type": "application/json", "traceparent": f"00-{TRACE}-{CALLER}-01"}
    connection.request("POST", address, json.dumps(document), headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body
