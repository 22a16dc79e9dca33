"""What the game's scripts send by themselves (portal/demo/scripts)."""

from portal.demo.game_chapter import GameChapter
from portal.demo.player_socket import PlayerSocket
from portal.demo.telling import Steps, Telling


class ScriptsChapter:
    """Goes on with the two sockets that the chapter before left open."""

    def __init__(self, telling: Telling, before: GameChapter) -> None:
        self._telling = telling
        self._before = before

    def steps(self) -> Steps:
        return [("Both open the gift of the day, which a script sends by their segment", self._open)]

    async def _open(self) -> None:
        for socket in (self._before.anna, self._before.pascal):
            await self._open_gift(socket)

    async def _open_gift(self, socket: PlayerSocket) -> None:
        """Who opened it today already gets none."""
        answer = await socket.ask("LogEvent", eventKey="GIFT")
        given = "gift" in answer.frame.get("scriptData", {})
        self._telling.line(socket, answer, "opens it" if given else "has had today's")
        if given:
            gift = await socket.expect("ScriptMessage", lambda frame: frame["extCode"] == "DAILY_GIFT")
            self._telling.received(socket, gift)
            name = socket.who.split(" · ")[0]
            await self._telling.settled(
                name, [gift.frame["messageId"]], "confirmed_socket", "answered the ping behind it"
            )
