"""What every chapter of the demo's story is told with: sockets, lines, and rows that it waits for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from portal.demo import rows
from portal.demo.devices import Devices
from portal.demo.player_socket import PATIENCE, PlayerSocket, Received, Trouble
from portal.demo.timeline import Timeline
from realtime import database

POLL = 0.02  # seconds between two looks at a row

Found = TypeVar("Found")
Steps = list[tuple[str, Callable[[], Awaitable[None]]]]


class StoryFailed(Exception):
    """A step did not do what it tells; says which and why."""


class Pushes(Protocol):
    """How the story sees that a message was pushed to every device of Pascal's."""

    @property
    def further(self) -> Devices:
        """What he has besides the two that he plays on."""

    async def tell(self, telling: "Telling", message_id: str) -> None:
        """Wait until it was, and say what each got. Raises Trouble."""


class Telling:
    """`details` is the content of var/demo.json."""

    def __init__(self, details: dict[str, Any], timeline: Timeline, pushes: Pushes) -> None:
        self.players = {player["userName"]: player for player in details["players"]}
        self._url, self._secret = details["wsUrl"], details["secret"]
        self._timeline = timeline
        self.pushes = pushes
        self._open: list[PlayerSocket] = []

    async def tell(self, steps: Steps) -> None:
        """One step after the other. Raises StoryFailed."""
        for name, step in steps:
            try:
                await step()
            except Trouble as trouble:
                raise StoryFailed(f"The story failed at “{name}”: {trouble}.") from None
            except Exception as error:
                raise StoryFailed(f"The story failed at “{name}”: {type(error).__name__}: {error}") from error
            finally:
                self._timeline.end_step(name)

    async def end(self) -> None:
        await asyncio.gather(*(socket.leave() for socket in self._open))

    def user_id(self, user_name: str) -> str:
        return str(self.players[user_name]["userId"])

    # --- sockets ------------------------------------------------------------------------------------------

    async def log_in(self, user_name: str, who: str) -> PlayerSocket:
        player = self.players.get(user_name)
        if player is None:
            raise Trouble(f"the demo game has no player {user_name}")
        socket = await PlayerSocket.open(who, self._url, self._secret)
        self._open.append(socket)
        answer = await socket.ask("Authentication", userName=user_name, password=player["password"])
        self.line(socket, answer, f"logged in as {answer.frame['displayName']}")
        return socket

    async def leave(self, socket: PlayerSocket) -> None:
        code = await socket.leave()
        self._open.remove(socket)
        self._timeline.add(socket.who, time.monotonic(), "closed its socket", f"close {code}")

    # --- lines --------------------------------------------------------------------------------------------

    def line(self, socket: PlayerSocket, received: Received, what: str) -> None:
        """With the request that was answered, or the message: of its class what fits the column."""
        name = received.frame["@class"].removeprefix(".")
        is_answer = name.endswith("Response")
        shown = name.removesuffix("Response") if is_answer else name.removesuffix("Message")
        self._timeline.add(socket.who, received.at, what, shown)

    def received(self, socket: PlayerSocket, message: Received) -> None:
        """The words that its player reads."""
        self.line(socket, message, message.frame["summary"])

    def seen(self, who: str, what: str, reason: str, more: Sequence[str] = ()) -> None:
        """Something was read from a row just now."""
        self._timeline.add(who, time.monotonic(), what, reason, more)

    # --- rows ---------------------------------------------------------------------------------------------

    async def settled(self, who: str, message_ids: list[str], reason: str, what: str) -> None:
        """Wait until the rows of all these messages have this reason."""

        def reasons() -> set[str]:
            return {rows.reason_of(message_id) for message_id in message_ids}

        def complaint() -> str:
            found = ", ".join(sorted(each or "not decided" for each in reasons()))
            return f"the message's reason is {found}, not {reason}"

        await self.until(lambda: reasons() == {reason}, complaint)
        self.seen(who, what, reason)

    async def pushed(self, user_name: str, message_class: str, since_ms: int) -> str:
        """Wait until the player's message made since then was pushed to every device, and say so; its id."""
        player_id = self.user_id(user_name)
        copy = await self.until(
            lambda: rows.newest_copy(player_id, message_class, since_ms),
            lambda: f"no {message_class} was stored for {user_name.title()}",
        )
        await self.pushes.tell(self, copy.message_id)
        return copy.message_id

    async def until(self, look: Callable[[], Found | None], complaint: Callable[[], str]) -> Found:
        """Look at rows until something true is found. Raises Trouble with `complaint()`, read then."""
        deadline = time.monotonic() + PATIENCE
        while not (found := await database.run(look)):
            if time.monotonic() > deadline:
                raise Trouble(await database.run(complaint))
            await asyncio.sleep(POLL)
        return found
