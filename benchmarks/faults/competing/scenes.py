"""What is brought about, a round for each kill, and what a round makes."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from benchmarks.faults.competing.game import AS_MANY, PURSE, STAKE
from benchmarks.faults.competing.installation import Installation
from benchmarks.faults.others import until
from benchmarks.faults.outcome import FaultFailed
from benchmarks.faults.world import Player

DAY_MS = 24 * 3600 * 1000
LEASE_MS = 30_000  # of a schedule that somebody is at
DONE_WITHIN = 30.0
BUILD_PIECES, RESET_PIECES = 4, 2  # of so few players: the entries, that there are no more, awards, the end
Ledger = Counter[tuple[str, str]]  # message class and player


class Scene(Protocol):
    """`expected`: the messages of all rounds so far."""

    expected: Ledger

    async def prepare(self) -> None: ...

    async def play(self, number: int, place: str) -> None:
        """One round, with one kill. Raises FaultFailed unless it came about exactly once."""


class Duel:
    """The last turn of a challenge with a wager decides it."""

    def __init__(self, installation: Installation) -> None:
        self.expected: Ledger = Counter()
        self._at = installation

    async def prepare(self) -> None:
        self._one, self._two = [await self._at.player() for _ in range(2)]

    async def play(self, number: int, place: str) -> None:
        at, one, two = self._at, self._one, self._two
        end = datetime.now(UTC) + timedelta(hours=1)
        fields = {"endTime": end.strftime("%Y-%m-%dT%H:%MZ"), "maxAttempts": 1, "currency1Wager": STAKE}
        created = await at.surely(
            one,
            "CreateChallengeRequest",
            challengeShortCode="DUEL",
            accessType="PRIVATE",
            usersToChallenge=[two.user_id],
            **fields,
        )
        challenge = str(created["challengeInstanceId"])
        await at.surely(two, "AcceptChallengeRequest", challengeInstanceId=challenge)
        await self._score(one, challenge, 10)
        at.ask_to_die("challenge", place)
        await asyncio.gather(self._score(two, challenge, 20), at.struck())
        self._expect(one.user_id, two.user_id)
        self._check(challenge, number + 1)

    async def _score(self, player: Player, challenge: str, score: int) -> None:
        fields = {"challengeInstanceId": challenge, "eventKey": "DUEL", "SCORE": score}
        await self._at.surely(player, "LogChallengeEventRequest", **fields)

    def _expect(self, one: str, two: str) -> None:
        for player in (one, two):
            for what, count in (("Accepted", 1), ("Started", 1), ("Changed", 2), ("TurnTaken", 2)):
                self.expected[f"Challenge{what}Message", player] += count
        for what, player in (("Issued", two), ("Lost", one), ("Won", two)):
            self.expected[f"Challenge{what}Message", player] += 1

    def _check(self, challenge: str, rounds: int) -> None:
        at = self._at
        (row,) = at.rows("SELECT state, winner_id FROM competition_challenge WHERE id = ?", challenge)
        must_be("the challenge", (row["state"], row["winner_id"]), ("COMPLETE", self._two.user_id))
        turns = at.rows("SELECT turns FROM competition_challengeplayer WHERE challenge_id = ?", challenge)
        must_be("turns", [each["turns"] for each in turns], [1, 1])
        for player, won in ((self._one, -STAKE), (self._two, STAKE)):
            sql = "SELECT currency1 FROM competition_wallet WHERE player_id = ?"
            must_be("the purse", at.rows(sql, player.user_id)[0]["currency1"], PURSE + rounds * won)
        must_be("stakes set aside", at.rows("SELECT * FROM competition_reservation"), [])


class Pair:
    """Two who fit only after a while are found a match, in a worker's pass."""

    def __init__(self, installation: Installation) -> None:
        self.expected: Ledger = Counter()
        self._at = installation

    async def prepare(self) -> None:
        self._both = [await self._at.player() for _ in range(2)]

    async def play(self, number: int, place: str) -> None:
        at, group = self._at, f"round {number}"
        at.ask_to_die("match", place)
        for player, skill in zip(self._both, (10, 20), strict=True):
            fields = {"matchShortCode": "PAIR", "matchGroup": group, "skill": skill}
            await at.surely(player, "MatchmakingRequest", **fields)
            self.expected["MatchFoundMessage", player.user_id] += 1
        await at.struck()
        await until(lambda: bool(self._participants(group)), DONE_WITHIN, "no match was found")
        found = self._participants(group)
        must_be(
            "participants",
            sorted(each["player_id"] for each in found),
            sorted(each.user_id for each in self._both),
        )
        must_be("matches", len({each["match_id"] for each in found}), 1)
        must_be("waiting", at.rows("SELECT * FROM competition_waitingplayer"), [])
        must_be("pending", at.rows("SELECT * FROM competition_pendingmatch"), [])

    def _participants(self, group: str) -> list[dict[str, Any]]:
        return self._at.rows(
            "SELECT match_id, player_id FROM competition_participant"
            " JOIN competition_match m ON m.id = match_id"
            " JOIN competition_matchpool p ON p.id = m.pool_id WHERE p.match_group = ?",
            group,
        )


class Boards:
    """What builds and resets share: four players with scores, and a boundary that a leaderboard passes."""

    task, pieces = "", 1

    def __init__(self, installation: Installation) -> None:
        self.expected: Ledger = Counter()
        self._at = installation

    async def prepare(self) -> None:
        self._players = [await self._at.player() for _ in range(4)]
        (row,) = self._at.rows("SELECT stage_id FROM players_player WHERE id = ?", self._players[0].user_id)
        self._stage = row["stage_id"]
        sql = "SELECT id FROM competition_boardschedule WHERE task = ? AND stage_id = ?"
        await until(
            lambda: len(self._at.rows(sql, self.task, self._stage)) == AS_MANY,
            DONE_WITHIN,
            "schedules were not written",
        )

    async def post(self, event: str) -> None:
        for score, player in enumerate(self._players):
            await self._at.surely(player, "LogEventRequest", eventKey=event, SCORE=score)

    async def pass_boundary(self, board: str, place: str) -> None:
        """It is a day later for its schedule, and then the dead process's claim ends."""
        at = self._at
        at.ask_to_die(f"{self.task}-{random.randint(1, self.pieces)}", place)
        (before,) = self._schedules("SELECT boundary_ms", board)
        self._change("boundary_ms = boundary_ms - ?, due_ms = 0", DAY_MS, board)
        await at.struck()
        if self._schedules("SELECT due_ms", board)[0]["due_ms"] < _now_ms() + 2 * LEASE_MS:
            self._change("due_ms = due_ms - ?", LEASE_MS, board)
        after = {**before, "step": ""}
        await until(
            lambda: self._schedules("SELECT boundary_ms, step", board) == [after],
            DONE_WITHIN,
            f"{board} is not done",
        )

    def _schedules(self, select: str, board: str) -> list[dict[str, Any]]:
        sql = f"{select} FROM competition_boardschedule WHERE board = ? AND stage_id = ?"
        return self._at.rows(sql, board, self._stage)

    def _change(self, what: str, by: int, board: str) -> None:
        sql = f"UPDATE competition_boardschedule SET {what} WHERE board = ? AND stage_id = ?"
        self._at.execute(sql, by, board, self._stage)

    def check_told(self, action: str, board: str, entries: int) -> None:
        sql = "SELECT detail FROM games_auditentry WHERE action = ? AND target LIKE ?"
        (row,) = self._at.rows(sql, action, f"{board}%") or [{"detail": ""}]
        must_be(f"{action} of {board}", f'"entries": {entries}' in str(row["detail"]).replace("'", '"'), True)

    def entries(self, board: str, build: bool) -> list[dict[str, Any]]:
        made = "i.build <> ''" if build else "i.build = ''"
        sql = (
            "SELECT e.player_id, i.ready FROM competition_boardentry e"
            f" JOIN competition_boardinstance i ON i.id = e.instance_id WHERE i.board = ? AND {made}"
        )
        return self._at.rows(sql, board)


class Build(Boards):
    """A leaderboard is built; its first two earn an achievement by it."""

    task, pieces = "build", BUILD_PIECES

    async def prepare(self) -> None:
        await super().prepare()
        await self.post("BUILT")

    async def play(self, number: int, place: str) -> None:
        board = f"BUILT_{number}"
        await self.pass_boundary(board, place)
        entries = self.entries(board, build=True)
        players = sorted(player.user_id for player in self._players)
        must_be("entries", sorted(each["player_id"] for each in entries), players)
        must_be("ready", {bool(each["ready"]) for each in entries}, {True})
        first = [player.user_id for player in self._players[2:]]
        sql = "SELECT player_id, times FROM competition_playerachievement WHERE code = ?"
        earned = sorted((each["player_id"], each["times"]) for each in self._at.rows(sql, f"TOP_{board}"))
        must_be("earned", earned, sorted((player, 1) for player in first))
        self.check_told("leaderboard.built", f"{board}.SCHEDULED.", len(players))
        for player in first:
            self.expected["AchievementEarnedMessage", player] += 1


class Reset(Boards):
    """A leaderboard is emptied; nobody is told, and what is posted afterwards counts anew."""

    task, pieces = "reset", RESET_PIECES

    async def play(self, number: int, place: str) -> None:
        at, board = self._at, f"EMPTIED_{number}"
        await self.post(board)
        today, before = datetime.now(UTC), datetime.now(UTC) - timedelta(days=1)
        periods = [f"{each:%Y-%m-%d}" for each in (before, today)]
        sql = "UPDATE competition_boardinstance SET period = ? WHERE period = ? AND board = ?"
        at.execute(sql, *periods, board)
        sql = "UPDATE competition_totalrecord SET period = ? WHERE period = ? AND total = ?"
        at.execute(sql, *(f"daily {each}" for each in periods), board)
        must_be("entries before", len(self.entries(board, build=False)), len(self._players))
        await self.pass_boundary(board, place)
        must_be("entries", self.entries(board, build=False), [])
        sql = "SELECT period FROM competition_totalrecord WHERE total = ?"
        must_be("totals", [each["period"] for each in at.rows(sql, board)], [""] * len(self._players))
        self.check_told("leaderboard.emptied", board, len(self._players))
        await self.post(board)
        must_be("entries afterwards", len(self.entries(board, build=False)), len(self._players))


SCENES: dict[str, Callable[[Installation], Scene]] = {
    "challenge": Duel,
    "match": Pair,
    "build": Build,
    "reset": Reset,
}


def must_be(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise FaultFailed(f"{what}: {found}, not {wanted}")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
