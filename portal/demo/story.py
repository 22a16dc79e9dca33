"""The demo's story: a message to a player who is online on two sockets, then one to a player who is away.

Every line of its timeline is made from a frame that was received or a row that was read.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from portal.demo import rows
from portal.demo.player_socket import PATIENCE, Frame, PlayerSocket, Received, Trouble
from portal.demo.timeline import Timeline
from protocol.dates import now_ms
from realtime import database

FIRST = "Double six!"
SECOND = "Your throw!"
DEVICES = {"phone": ("IOS", "d0" * 32), "tablet": ("ANDROID", "demo-tablet-of-pascal")}
POLL = 0.02  # seconds between two looks at a row

Found = TypeVar("Found")


class StoryFailed(Exception):
    """A step did not do what it tells; says which and why."""


class Story:
    """`details` is the content of var/demo.json. One instance plays once."""

    def __init__(self, details: dict[str, Any], timeline: Timeline) -> None:
        self._url, self._secret = details["wsUrl"], details["secret"]
        self._players = {player["userName"]: player for player in details["players"]}
        self._timeline = timeline
        self._open: list[PlayerSocket] = []
        self._message_id = ""

    async def play(self) -> None:
        """Raises StoryFailed."""
        steps: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("Anna and Pascal log in, Pascal on two devices", self._log_in),
            ("Anna writes to Pascal, who is online on two sockets", self._write_to_online),
            ("Pascal leaves", self._leave),
            (
                "Anna writes again: a push to each device, in the words for his segment",
                self._write_to_away,
            ),
            ("Pascal returns and gets the message", self._return),
            ("Pascal dismisses it", self._dismiss),
        ]
        try:
            for name, step in steps:
                await self._tell(name, step)
        finally:
            await asyncio.gather(*(socket.leave() for socket in self._open))

    async def _tell(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Trouble as trouble:
            raise StoryFailed(f"The story failed at “{name}”: {trouble}.") from None
        except Exception as error:
            raise StoryFailed(f"The story failed at “{name}”: {type(error).__name__}: {error}") from error
        finally:
            self._timeline.end_step(name)

    # --- the steps --------------------------------------------------------------------------------------

    async def _log_in(self) -> None:
        self._anna = await self._player("anna", "anna")
        self._pascal = [await self._pascals(device) for device in DEVICES]

    async def _write_to_online(self) -> None:
        began = now_ms()
        await self._write(FIRST)
        first, second = [await self._friend_message(socket, FIRST, began) for socket in self._pascal]
        self._message_id = first.frame["messageId"]
        self._received(self._pascal[0], first)
        if second.frame["messageId"] != self._message_id:
            raise Trouble("the two sockets got different messageIds")
        self._line(self._pascal[1], second, f"the same messageId …{second.frame['messageId'][-8:]}")
        await self._settled("confirmed_socket", "answered the ping behind it, both")

    async def _leave(self) -> None:
        for socket in self._pascal:
            code = await socket.leave()
            self._open.remove(socket)
            self._timeline.add(socket.who, time.monotonic(), "closed its socket", f"close {code}")

    async def _write_to_away(self) -> None:
        began = now_ms()
        await self._write(SECOND)
        pascal_id = self._players["pascal"]["userId"]
        copy = await self._until(
            lambda: rows.newest_copy(pascal_id, began), lambda: "no message was stored for Pascal"
        )
        self._message_id = copy.message_id
        pushes = await self._until(self._pushes, self._no_pushes)
        for push in pushes:
            self._timeline.add(f"push · {push.device_os}", time.monotonic(), push.text, await self._reason())

    async def _return(self) -> None:
        socket = await self._player("pascal", "pascal · phone")
        self._pascal = [socket]
        waiting = self._message_id
        self._received(
            socket, await socket.expect("FriendMessage", lambda each: each["messageId"] == waiting)
        )
        await self._settled("confirmed_socket", "answered the ping behind it")

    async def _dismiss(self) -> None:
        (socket,) = self._pascal
        answer = await socket.ask("DismissMessage", messageId=self._message_id)
        self._line(socket, answer, "dismissed it")
        left = await socket.ask("ListMessageSummary", entryCount=50)
        listed = [each["messageId"] for each in left.frame.get("messageList", [])]
        if self._message_id in listed:
            raise Trouble("the inbox still lists the message")
        await self._settled("dismissed", "the inbox lists it no more")

    # --- what they are made of --------------------------------------------------------------------------

    async def _player(self, user_name: str, who: str) -> PlayerSocket:
        player = self._players.get(user_name)
        if player is None:
            raise Trouble(f"the demo game has no player {user_name}")
        socket = await PlayerSocket.open(who, self._url, self._secret)
        self._open.append(socket)
        answer = await socket.ask("Authentication", userName=user_name, password=player["password"])
        self._line(socket, answer, f"logged in as {answer.frame['displayName']}")
        return socket

    async def _pascals(self, device: str) -> PlayerSocket:
        device_os, token = DEVICES[device]
        socket = await self._player("pascal", f"pascal · {device}")
        answer = await socket.ask("PushRegistration", deviceOS=device_os, pushId=token)
        self._line(socket, answer, f"registered for push ({device_os.lower()})")
        return socket

    async def _write(self, text: str) -> None:
        friend = self._players["pascal"]["userId"]
        answer = await self._anna.ask("SendFriendMessage", friendIds=[friend], message=text)
        self._line(self._anna, answer, f"wrote “{text}”")

    async def _friend_message(self, socket: PlayerSocket, text: str, since_ms: int) -> Received:
        """The one just written: older ones of the same words may come in first."""
        since = f"{since_ms:012x}"

        def is_it(frame: Frame) -> bool:
            return bool(frame["message"] == text and frame["messageId"][:12] >= since)

        return await socket.expect("FriendMessage", is_it)

    def _received(self, socket: PlayerSocket, message: Received) -> None:
        self._line(socket, message, message.frame["summary"])

    def _line(self, socket: PlayerSocket, received: Received, what: str) -> None:
        name = received.frame["@class"].removeprefix(".").removesuffix("Response")
        self._timeline.add(socket.who, received.at, what, name)

    async def _settled(self, reason: str, what: str) -> None:
        """Wait until the message's row has this reason."""
        found = await self._until(
            lambda: rows.reason_of(self._message_id) == reason,
            lambda: (
                f"the message's reason is {rows.reason_of(self._message_id) or 'not decided'}, not {reason}"
            ),
        )
        assert found
        self._timeline.add("pascal", time.monotonic(), what, reason)

    async def _reason(self) -> str:
        return await database.run(rows.reason_of, self._message_id)

    def _pushes(self) -> list[rows.RecordedPush]:
        pushes = rows.recorded_pushes(self._message_id)
        return pushes if len(pushes) == len(DEVICES) else []

    def _no_pushes(self) -> str:
        count, reason = len(rows.recorded_pushes(self._message_id)), rows.reason_of(self._message_id)
        return f"{count} of {len(DEVICES)} pushes were recorded, and the message's reason is {reason}"

    async def _until(self, look: Callable[[], Found | None], complaint: Callable[[], str]) -> Found:
        """Look at rows until something true is found. Raises Trouble with `complaint()`, read then."""
        deadline = time.monotonic() + PATIENCE
        while not (found := await database.run(look)):
            if time.monotonic() > deadline:
                raise Trouble(await database.run(complaint))
            await asyncio.sleep(POLL)
        return found
