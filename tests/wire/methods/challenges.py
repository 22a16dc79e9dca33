"""Cases of SparkChallenge."""

from json import loads
from typing import Any

from tests.wire.methods.case import Case, Effect, Group


def column(name: str, column: str) -> Effect:
    def read(world: Any) -> Any:
        value = world.one(f"SELECT {column} FROM competition_challenge WHERE id = ?", world[name])
        return loads(value) if column.endswith("_data") and isinstance(value, str) else value

    return read


def _stands(name: str) -> Effect:
    def read(world: Any) -> Any:
        sql = "SELECT player_id, stand FROM competition_challengeplayer WHERE challenge_id = ? ORDER BY id"
        return {row["player_id"]: row["stand"] for row in world.rows(sql, world[name])}

    return read


CHALLENGE = Group(
    {
        "SparkChallenge.getId": Case("moves.getId()", lambda w: w["moves"]),
        "SparkChallenge.getShortCode": Case("moves.getShortCode()", "MOVES"),
        "SparkChallenge.getRunState": Case(
            "moves.getRunState()", ["RUNNING", "ISSUED"], "[r, Spark.getChallenge(w.issued).runState]"
        ),
        "SparkChallenge.getChallengerId": Case("moves.getChallengerId()", lambda w: w["ana"]),
        "SparkChallenge.getAcceptedPlayerIds": Case(
            "moves.getAcceptedPlayerIds()", lambda w: [w["ana"], w["bo"]]
        ),
        "SparkChallenge.getChallengedPlayerIds": Case("moves.getChallengedPlayerIds()", lambda w: [w["bo"]]),
        "SparkChallenge.getDeclinedPlayerIds": Case(
            "Spark.getChallenge(w.declined).getDeclinedPlayerIds()", lambda w: [w["bo"]]
        ),
        "SparkChallenge.getStartDate": Case(
            "moves.getStartDate()", column("moves", "start_ms"), "r.getTime()"
        ),
        "SparkChallenge.getEndDate": Case("moves.getEndDate()", column("moves", "end_ms"), "r.getTime()"),
        "SparkChallenge.getExpiryDate": Case(
            "Spark.getChallenge(w.start).getExpiryDate()", column("start", "expiry_ms"), "r.getTime()"
        ),
        "SparkChallenge.setScriptData": Case(
            "moves.setScriptData('board', [0])",
            [0],
            "moves.getScriptData('board')",
            column("moves", "script_data"),
            {"board": [0]},
        ),
        "SparkChallenge.getScriptData": Case("moves.getScriptData('board')", [0]),
        "SparkChallenge.removeScriptData": Case(
            "(moves.setScriptData('x', 1), moves.removeScriptData('x'))",
            True,
            "moves.getScriptData('x') === null",
        ),
        "SparkChallenge.setPrivateData": Case(
            "moves.setPrivateData('seed', 7)",
            7,
            "moves.getPrivateData('seed')",
            column("moves", "private_data"),
            {"seed": 7},
        ),
        "SparkChallenge.getPrivateData": Case("moves.getPrivateData('seed')", 7),
        "SparkChallenge.removePrivateData": Case(
            "(moves.setPrivateData('x', 1), moves.removePrivateData('x'))",
            True,
            "moves.getPrivateData('x') === null",
        ),
        "SparkChallenge.consumeTurn": Case(
            "moves.consumeTurn(w.ana)", [True, False], "[r, moves.consumeTurn(w.ana)]"
        ),
        "SparkChallenge.takeTurn": Case(
            "moves.takeTurn(w.bo)",
            [True, False],
            "[r, moves.takeTurn(w.bo)]",
            lambda w: sum(
                "ChallengeTurnTaken" in row["document"] and w["moves"] in row["document"]
                for row in w.server.messages_of(w["ana"])
            ),
            1,
        ),
        "SparkChallenge.startChallenge": Case(
            "Spark.getChallenge(w.start).startChallenge()",
            "RUNNING",
            "Spark.getChallenge(w.start).getRunState()",
            column("start", "state"),
            "RUNNING",
        ),
        "SparkChallenge.winChallenge": Case(
            "Spark.getChallenge(w.win).winChallenge(Spark.loadPlayer(w.bo))",
            "COMPLETE",
            "Spark.getChallenge(w.win).getRunState()",
            lambda w: sum("ChallengeWon" in row["document"] for row in w.server.messages_of(w["bo"])),
            1,
        ),
        "SparkChallenge.drawChallenge": Case(
            "Spark.getChallenge(w.draw).drawChallenge()",
            "COMPLETE",
            "Spark.getChallenge(w.draw).getRunState()",
            lambda w: sum("ChallengeDrawn" in row["document"] for row in w.server.messages_of(w["bo"])),
            1,
        ),
        "SparkChallenge.removePlayer": Case(
            "Spark.getChallenge(w.issued).removePlayer(w.bo)",
            [True, False],
            "[r, Spark.getChallenge(w.issued).removePlayer(w.cy)]",
            _stands("issued"),
            lambda w: {w["ana"]: "accepted", w["bo"]: "removed"},
        ),
    },
    before="var moves = Spark.getChallenge(w.moves);",
)
