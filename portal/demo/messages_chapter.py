"""A message to a player who is online on two sockets, then one to a player who is away."""

from portal.demo.devices import PLAYED_ON, DemoDevice
from portal.demo.player_socket import Frame, PlayerSocket, Received, Trouble
from portal.demo.telling import Steps, Telling
from protocol.dates import now_ms

FIRST = "Double six!"
SECOND = "Your throw!"


class MessagesChapter:
    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._message_id = ""

    def steps(self) -> Steps:
        further = ("Pascal has a Kindle, a PC and a browser, too", self._register_further)
        return [
            ("Anna and Pascal log in, Pascal on two devices", self._log_in),
            *([further] if self._telling.pushes.further else []),
            ("Anna writes to Pascal, who is online on two sockets", self._write_to_online),
            ("Pascal leaves", self._leave),
            (
                "Anna writes again: a push to each device, in the words for his segment",
                self._write_to_away,
            ),
            ("Pascal returns and gets the message", self._return),
            ("Pascal dismisses it", self._dismiss),
        ]

    async def _log_in(self) -> None:
        self.anna = await self._telling.log_in("anna", "anna")
        self._both = [await self._on(name, device) for name, device in PLAYED_ON.items()]

    async def _register_further(self) -> None:
        for name, device in self._telling.pushes.further.items():
            await self._telling.leave(await self._on(name, device))

    async def _write_to_online(self) -> None:
        began = now_ms()
        await self._write(FIRST)
        first, second = [await self._friend_message(socket, FIRST, began) for socket in self._both]
        self._message_id = first.frame["messageId"]
        self._telling.received(self._both[0], first)
        if second.frame["messageId"] != self._message_id:
            raise Trouble("the two sockets got different messageIds")
        self._telling.line(self._both[1], second, f"the same messageId …{second.frame['messageId'][-8:]}")
        await self._settled("confirmed_socket", "both answered the ping behind it")

    async def _leave(self) -> None:
        for socket in self._both:
            await self._telling.leave(socket)

    async def _write_to_away(self) -> None:
        began = now_ms()
        await self._write(SECOND)
        self._message_id = await self._telling.pushed("pascal", "FriendMessage", began)

    async def _return(self) -> None:
        self.pascal = await self._telling.log_in("pascal", "pascal · phone")
        waiting = self._message_id
        message = await self.pascal.expect("FriendMessage", lambda each: each["messageId"] == waiting)
        self._telling.received(self.pascal, message)
        await self._settled("confirmed_socket", "answered the ping behind it")

    async def _dismiss(self) -> None:
        answer = await self.pascal.ask("DismissMessage", messageId=self._message_id)
        self._telling.line(self.pascal, answer, "dismissed it")
        left = await self.pascal.ask("ListMessageSummary", entryCount=50)
        listed = [each["messageId"] for each in left.frame.get("messageList", [])]
        if self._message_id in listed:
            raise Trouble("the inbox still lists the message")
        await self._settled("dismissed", "the inbox lists it no more")

    async def _on(self, name: str, device: DemoDevice) -> PlayerSocket:
        socket = await self._telling.log_in("pascal", f"pascal · {name}")
        answer = await socket.ask("PushRegistration", deviceOS=device.os, pushId=device.token)
        self._telling.line(socket, answer, f"registered for push ({device.os.lower()})")
        return socket

    async def _write(self, text: str) -> None:
        friend = self._telling.user_id("pascal")
        answer = await self.anna.ask("SendFriendMessage", friendIds=[friend], message=text)
        self._telling.line(self.anna, answer, f"wrote “{text}”")

    async def _friend_message(self, socket: PlayerSocket, text: str, since_ms: int) -> Received:
        """The one just written: older ones of the same words may come in first."""
        since = f"{since_ms:012x}"

        def is_it(frame: Frame) -> bool:
            return bool(frame["message"] == text and frame["messageId"][:12] >= since)

        return await socket.expect("FriendMessage", is_it)

    async def _settled(self, reason: str, what: str) -> None:
        await self._telling.settled("pascal", [self._message_id], reason, what)
