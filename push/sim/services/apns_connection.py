"""One HTTP/2 connection of the simulated APNs."""

import asyncio
import struct
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

from ..acting import Act
from ..faults import Fault
from ..rules.apns_tokens import Freshness
from ..wire import Answer, Asked, Push, Refusal
from .listening import reset

if TYPE_CHECKING:
    from .apns import Apns

GOAWAY = bytes([7, 0, 0, 0, 0, 0])  # type, no flags, stream 0
GRACE = 1.0  # seconds after the last answer to a connection that got GOAWAY, until the server closes


@dataclass(slots=True)
class _Stream:
    headers: dict[str, str]
    body: bytearray = field(default_factory=bytearray)

    @property
    def asked(self) -> Asked:
        return Asked(self.headers[":method"], self.headers[":path"], self.headers, bytes(self.body))


class Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, apns: "Apns") -> None:
        self.apns = apns
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.freshness = Freshness()
        self._open: dict[int, _Stream] = {}
        self._gathered: dict[int, Push] = {}
        self._known = False
        self._last = 2**31 - 1
        self._taken = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # --- The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are of another class.
        self.transport = cast(asyncio.Transport, transport)
        self.apns.connections.append(self)
        self.apns.connected += 1
        fault = self.apns.world.faults.find("apns", "connect")
        if fault is not None and fault.kind == "black_hole":
            fault.fired += 1
            self.transport.pause_reading()
            return
        full = fault is not None and len(self.apns.connections) > fault.connections
        if fault is not None and fault.kind == "connection_limit" and full:
            fault.fired += 1
            reset(self.transport)
            return
        # Not by assignment: that would announce the new values only in a later SETTINGS frame.
        announced = {
            SettingCodes.MAX_CONCURRENT_STREAMS: 1,
            SettingCodes.INITIAL_WINDOW_SIZE: self.apns.window_of_new_connection(),
        }
        self.h2.local_settings = Settings(client=False, initial_values=announced)
        self.h2.initiate_connection()
        # It holds once the client acknowledged it (RFC 9113, 6.5.3): senders may begin before they read it.
        self.h2.local_settings = Settings(client=False)
        for setting, value in announced.items():
            self.h2.local_settings[setting] = value
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.apns.connections.remove(self)
        for task in self._tasks:
            task.cancel()
        self.apns.world.log.moved()

    def data_received(self, data: bytes) -> None:
        try:
            events = self.h2.receive_data(data)
        except ProtocolError as error:
            # TooManyStreamsError among them (APNs 1). h2 has queued the GOAWAY.
            self.apns.log(Asked("", "", {}, b""), None, type(error).__name__, "APNs 1")
            self.flush()
            self.transport.close()
            return
        for event in events:
            self._on_event(event)
        self.flush()

    def flush(self) -> None:
        if (data := self.h2.data_to_send()) and not self.transport.is_closing():
            self.transport.write(data)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._open[event.stream_id] = _Stream({str(name): str(value) for name, value in event.headers})
            self.apns.most_streams = max(self.apns.most_streams, len(self._open))
        elif isinstance(event, DataReceived):
            self._open[event.stream_id].body.extend(event.data)
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            if event.stream_id <= self._last:
                self._serve(event.stream_id)
        elif isinstance(event, StreamReset):
            self._open.pop(event.stream_id, None)
            self._gathered.pop(event.stream_id, None)

    # --- A request

    def _serve(self, stream: int) -> None:
        asked = self._open[stream].asked
        try:
            push = self.apns.judge(asked, self.freshness)
            self._welcome()
            fault = self._fault_for(push)
            if fault is not None and fault.kind == "expired_token":
                self.apns.world.revoked.add(asked.headers["authorization"].partition(" ")[2])
                push = self.apns.judge(asked, self.freshness)
        except Refusal as refusal:
            self.apns.log(asked, None, refusal.code, refusal.rule)
            self._answer(stream, self.apns.refuse(refusal))
            return
        if fault is not None and fault.kind == "goaway":
            self._gather(stream, push, fault)
        elif fault is not None and fault.kind == "rst_stream":
            self.apns.log(asked, push, "rst_stream", fault=fault.kind)
            self._open.pop(stream)
            self.h2.reset_stream(stream, ErrorCodes(int(fault.code or ErrorCodes.REFUSED_STREAM)))
        else:
            self._perform(stream, push, self.apns.act(fault), fault)

    def _fault_for(self, push: Push) -> Fault | None:
        """A GOAWAY fires once its requests are together."""
        faults = self.apns.world.faults
        fault = faults.find("apns", "push", push.token)
        return (
            fault if fault is not None and fault.kind == "goaway" else faults.take("apns", "push", push.token)
        )

    def _welcome(self) -> None:
        """The first valid token opens the connection for more than one stream (APNs 1)."""
        if not self._known:
            self._known = True
            streams = self.apns.streams_of_new_connection()
            self.h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: streams})

    def _perform(self, stream: int, push: Push, act: Act, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        asked = self._open[stream].asked
        if act.take and not act.hold:
            self._take(stream, push)
        self.apns.log(asked, push, "held" if act.hold else act.verdict, fault=kind)
        if act.reset:
            reset(self.transport)
        elif act.wait or act.slow or act.hold:
            self._later(self._answer_late(stream, push, act))
        else:
            self._answer(stream, act.answer)

    async def _answer_late(self, stream: int, push: Push, act: Act) -> None:
        if act.hold:
            await self.apns.world.released()
            self._take(stream, push)
        await asyncio.sleep(act.wait)
        self._answer(stream, act.answer, ends=not act.slow)
        self.flush()
        if act.slow:
            await asyncio.sleep(act.slow)
            self._end(stream)
            self.flush()

    def _take(self, stream: int, push: Push) -> None:
        self._taken = max(self._taken, stream)
        self.apns.deliver(push)

    def _answer(self, stream: int, answer: Answer, ends: bool = True) -> None:
        found = self._open.get(stream)
        if found is None:
            return  # the client gave it up
        if ends:
            del self._open[stream]
        lines = [(":status", str(answer.status))]
        lines += [(name.lower(), value) for name, value in answer.headers.items()]
        if self.apns.echoes_id and "apns-id" in found.headers:
            lines.append(("apns-id", found.headers["apns-id"]))
        self.h2.send_headers(stream, lines, end_stream=ends and not answer.body)
        if answer.body:
            self.h2.send_data(stream, answer.body, end_stream=ends)

    def _end(self, stream: int) -> None:
        if self._open.pop(stream, None) is not None:
            self.h2.end_stream(stream)

    # --- GOAWAY

    def _gather(self, stream: int, push: Push, fault: Fault) -> None:
        self._gathered[stream] = push
        self.apns.log(self._open[stream].asked, push, "gathered", fault=fault.kind)
        if len(self._gathered) < fault.hold:
            return
        fault.fired += 1
        streams = sorted(self._gathered)
        last = streams[fault.keep - 1] if fault.keep else max(0, streams[0] - 2)
        self._last = max(last, self._taken)
        kept = {each: self._gathered[each] for each in streams if each <= self._last}
        self._gathered.clear()
        self._send_goaway()
        self._later(self._answer_kept(kept, fault.seconds))

    async def _answer_kept(self, kept: dict[int, Push], seconds: float) -> None:
        await asyncio.sleep(seconds)
        for stream, push in kept.items():
            self._take(stream, push)
            self._answer(stream, Answer(200))
        self.flush()
        await asyncio.sleep(GRACE)
        self.transport.close()

    def _send_goaway(self) -> None:
        """The raw frame: h2 would close its own side, and answers are still owed."""
        body = struct.pack(">II", self._last, ErrorCodes.NO_ERROR) + b'{"reason":"Shutdown"}'
        self.transport.write(len(body).to_bytes(3, "big") + GOAWAY + body)
        self.flush()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
