"""Two players play: a duel, a high score that passes a friend's, and a match between strangers to be."""

from collections.abc import Callable

from portal.demo.messages_chapter import MessagesChapter
from portal.demo.player_socket import Frame, PlayerSocket, Trouble
from portal.demo.telling import Steps, Telling
from protocol.dates import format_date, now_ms

LOWER, HIGHER = 9, 11  # eyes thrown in the duel
FIRST_BEST = 20  # what Anna throws while nobody has thrown
HOUR_MS = 3_600_000


class GameChapter:
    """Goes on with the two sockets that the chapter before left open."""

    def __init__(self, telling: Telling, before: MessagesChapter) -> None:
        self._telling = telling
        self._before = before
        self._challenge_id = ""
        self._waiting: dict[str, str] = {}  # messageIds by class, of what was pushed while Pascal is away

    def steps(self) -> Steps:
        return [
            ("Pascal leaves, and Anna challenges him to a duel", self._challenge),
            ("Pascal returns and accepts: the duel begins", self._accept),
            ("Pascal leaves, and Anna throws: it is his turn", self._throw_lower),
            ("He lets her wait, until a script that was scheduled reminds him", self._remind),
            ("Pascal returns and throws higher: he wins", self._throw_higher),
            ("Anna throws a high score, and Pascal, her friend, passes it", self._pass),
            ("Both look for a match, and are each other's", self._match),
        ]

    async def _challenge(self) -> None:
        self.anna = self._before.anna
        await self._telling.leave(self._before.pascal)
        began = now_ms()
        answer = await self.anna.ask(
            "CreateChallenge",
            challengeShortCode="DUEL",
            accessType="PRIVATE",
            usersToChallenge=[self._telling.user_id("pascal")],
            maxAttempts=1,
            endTime=format_date(began + HOUR_MS),
        )
        self._challenge_id = answer.frame["challengeInstanceId"]
        self._telling.line(self.anna, answer, "challenged Pascal")
        await self._telling.pushed("pascal", "ChallengeIssuedMessage", began)

    async def _accept(self) -> None:
        self.pascal = await self._telling.log_in("pascal", "pascal · phone")
        issued = await self.pascal.expect("ChallengeIssuedMessage", self._of_this_duel)
        self._telling.received(self.pascal, issued)
        answer = await self.pascal.ask("AcceptChallenge", challengeInstanceId=self._challenge_id)
        self._telling.line(self.pascal, answer, "accepted")
        await self._hear((self.anna, "ChallengeStartedMessage"), (self.pascal, "ChallengeStartedMessage"))

    async def _throw_lower(self) -> None:
        await self._telling.leave(self.pascal)
        self._turn_began = now_ms()
        await self._throw_in_duel(self.anna, LOWER)
        await self._await_push("ChallengeTurnTakenMessage")

    async def _remind(self) -> None:
        await self._await_push("ScriptMessage")

    async def _throw_higher(self) -> None:
        self.pascal = await self._telling.log_in("pascal", "pascal · phone")
        for name, message_id in self._waiting.items():
            self._telling.received(self.pascal, await self.pascal.expect(name, _with_id(message_id)))
        ids = list(self._waiting.values())
        await self._telling.settled("pascal", ids, "confirmed_socket", "answered the ping behind it")
        await self._throw_in_duel(self.pascal, HIGHER)
        await self._hear((self.pascal, "ChallengeWonMessage"), (self.anna, "ChallengeLostMessage"))

    async def _pass(self) -> None:
        best = await self.anna.ask("LeaderboardData", leaderboardShortCode="BEST_THROWS", entryCount=1)
        scores = [int(entry["EYES"]) for entry in best.frame["data"]]
        lower = scores[0] + 1 if scores else FIRST_BEST
        await self._throw(self.anna, lower)
        await self._hear((self.anna, "NewHighScoreMessage"))
        await self._throw(self.pascal, lower + 10)
        await self._hear(
            (self.pascal, "AchievementEarnedMessage"),
            (self.pascal, "NewHighScoreMessage"),
            (self.anna, "SocialRankChangedMessage"),
        )

    async def _match(self) -> None:
        for socket, skill in ((self.anna, 10), (self.pascal, 12)):
            answer = await socket.ask("Matchmaking", matchShortCode="RANKED", skill=skill)
            self._telling.line(socket, answer, f"looks for a match, skill {skill}")
        for_anna, for_pascal = await self._hear(
            (self.anna, "MatchFoundMessage"), (self.pascal, "MatchFoundMessage")
        )
        if for_anna["matchId"] != for_pascal["matchId"]:
            raise Trouble("the two found different matches")

    async def _throw_in_duel(self, socket: PlayerSocket, eyes: int) -> None:
        answer = await socket.ask(
            "LogChallengeEvent", challengeInstanceId=self._challenge_id, eventKey="MOVE", EYES=eyes
        )
        self._telling.line(socket, answer, f"threw {eyes}")

    async def _await_push(self, name: str) -> None:
        self._waiting[name] = await self._telling.pushed("pascal", name, self._turn_began)

    async def _throw(self, socket: PlayerSocket, eyes: int) -> None:
        answer = await socket.ask("LogEvent", eventKey="THROW", EYES=eyes)
        self._telling.line(socket, answer, f"threw {eyes}")

    async def _hear(self, *expected: tuple[PlayerSocket, str]) -> list[Frame]:
        """The words of each message, and that its player has it."""
        frames: list[Frame] = []
        for socket, name in expected:
            message = await socket.expect(name)
            self._telling.received(socket, message)
            frames.append(message.frame)
        ids = [frame["messageId"] for frame in frames]
        names = " and ".join(sorted({socket.who.split(" · ")[0] for socket, _ in expected}))
        await self._telling.settled(names, ids, "confirmed_socket", "answered the ping behind it")
        return frames

    def _of_this_duel(self, frame: Frame) -> bool:
        return bool(frame["challenge"]["challengeId"] == self._challenge_id)


def _with_id(message_id: str) -> Callable[[Frame], bool]:
    return lambda frame: bool(frame["messageId"] == message_id)
