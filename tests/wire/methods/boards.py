"""Cases of leaderboards: read first, then changed."""

from typing import Any

from tests.wire.methods.case import Case, Group

ENTRIES = "all(r)"
IDS = "all(r).map(function (each) { return each[0]; })"


def ids(*names: str) -> Any:
    return lambda world: [world[name] for name in names]


def entries(*rows: tuple[str, int, int]) -> Any:
    return lambda world: [[world[name], rank, score] for name, rank, score in rows]


HELPERS = """
var boards = Spark.getLeaderboards();
var best = boards.getLeaderboard("BEST"), cars = boards.getLeaderboard("CARS");
var partition = boards.getLeaderboard("COUNTRIES.COUNTRY.UK");
function all(cursor) {
    var found = [];
    while (cursor.hasNext()) {
        var entry = cursor.next();
        found.push([entry.getUserId(), entry.getRank(), entry.getAttribute("SCORE")]);
    }
    return found;
}
"""


def _of_views() -> dict[str, Case]:
    """Each view by its method: of the game's board, and of a challenge's."""
    cases = {}
    views = (
        ("Social", "[w.cy]", "cy", ("cy", "ana"), ("cy",), ("ana",), ()),
        ("InverseSocial", "[w.bo]", "cy", ("cy", "ana"), ("cy", "ana"), ("ana",), ("ana",)),
        ("Team", "['reds']", "cy", ("bo", "ana"), ("bo", "cy", "ana"), ("bo", "ana"), ("bo", "ana")),
        ("InverseTeam", "['blues']", "bo", ("bo", "ana"), ("bo", "ana"), ("bo", "ana"), ("bo", "ana")),
    )
    for view, given, other, seen, seen_as, in_challenge, in_challenge_as in views:
        cases |= {
            f"SparkLeaderboards.get{view}Leaderboard": Case(
                f"boards.get{view}Leaderboard('BEST', {given})", ids(*seen), "all(r.getEntries()).map(first)"
            ),
            f"SparkLeaderboards.get{view}LeaderboardAs": Case(
                f"boards.get{view}LeaderboardAs('BEST', w.{other}, {given})",
                ids(*seen_as),
                "all(r.getEntries()).map(first)",
            ),
            f"SparkLeaderboards.get{view}ChallengeLeaderboard": Case(
                f"boards.get{view}ChallengeLeaderboard(w.scores, {given})",
                ids(*in_challenge),
                "all(r.getEntries()).map(first)",
            ),
            f"SparkLeaderboards.get{view}ChallengeLeaderboardAs": Case(
                f"boards.get{view}ChallengeLeaderboardAs(w.scores, w.{other}, {given})",
                ids(*in_challenge_as),
                "all(r.getEntries()).map(first)",
            ),
        }
    return cases


READ = Group(
    {
        "SparkLeaderboards.getLeaderboard": Case("boards.getLeaderboard('BEST')", "Best", "r.getName()"),
        "SparkLeaderboards.getLeaderboard unknown": Case(
            "boards.getLeaderboard('NONE')",
            [True, True],
            "[r === null, boards.getLeaderboard('BEST.X.Y') === null]",
        ),
        "SparkLeaderboards.listLeaderboards": Case(
            "boards.listLeaderboards()",
            ["BEST", "CARS", "CH_LB", "COUNTRIES", "SQUADS"],
            "r.map(function (each) { return each.shortCode; })",
        ),
        "SparkLeaderboards.getChallengeLeaderboard": Case(
            "boards.getChallengeLeaderboard(w.scores)",
            entries(("bo", 1, 70), ("ana", 2, 50)),
            "all(r.getEntries())",
        ),
        **_of_views(),
        "SparkLeaderboards.union": Case(
            "boards.union(cars, partition)", lambda w: sorted([w["ana"], w["bo"]]), "r.evaluate()"
        ),
        "SparkLeaderboards.intersection": Case(
            "boards.intersection(best, boards.getLeaderboard('COUNTRIES.COUNTRY.FR'))",
            ids("cy"),
            "r.evaluate()",
        ),
        "SparkLeaderboards.difference": Case("boards.difference(best, cars)", ids("cy"), "r.evaluate()"),
        "SparkLeaderboardOperations.union": Case(
            "boards.difference(best, cars).union(cars)",
            lambda w: sorted([w["ana"], w["bo"], w["cy"]]),
            "r.evaluate()",
        ),
        "SparkLeaderboardOperations.intersection": Case(
            "boards.union(best, cars).intersection(boards.difference(best, cars))", ids("cy"), "r.evaluate()"
        ),
        "SparkLeaderboardOperations.difference": Case(
            "boards.union(best, cars).difference(cars)", ids("cy"), "r.evaluate()"
        ),
        "SparkLeaderboardOperations.evaluate": Case(
            "boards.intersection(cars, partition).evaluate()", lambda w: sorted([w["ana"], w["bo"]])
        ),
        "SparkLeaderboard.getShortCode": Case("best.getShortCode()", "BEST"),
        "SparkLeaderboard.getName": Case("best.getName()", "Best"),
        "SparkLeaderboard.getDescription": Case("best.getDescription()", "The best scores"),
        "SparkLeaderboard.getPropertySet": Case(
            "best.getPropertySet()", {"DROP_RATE": {"rare": 0.05}, "OPEN": False}
        ),
        "SparkLeaderboard.getScoreFields": Case("best.getScoreFields()", ["SCORE"]),
        "SparkLeaderboard.getIdFields": Case("cars.getIdFields()", ["CAR"]),
        "SparkLeaderboard.isPartition": Case(
            "best.isPartition()", [False, True], "[r, partition.isPartition()]"
        ),
        "SparkLeaderboard.isPartitioned": Case(
            "boards.getLeaderboard('COUNTRIES').isPartitioned()", [True, False], "[r, best.isPartitioned()]"
        ),
        "SparkLeaderboard.getPartitions": Case(
            "boards.getLeaderboard('COUNTRIES').getPartitions()",
            [["COUNTRIES.COUNTRY.FR", "COUNTRIES.COUNTRY.UK"], []],
            "[r.map(function (each) { return each.shortCode; }), best.getPartitions()]",
        ),
        "SparkLeaderboard.getEntries": Case(
            "best.getEntries()",
            entries(("bo", 1, 300), ("cy", 2, 200), ("ana", 3, 100)),
            ENTRIES,
        ),
        "SparkLeaderboard.getEntries some": Case("best.getEntries(1, 1)", entries(("cy", 2, 200)), ENTRIES),
        "SparkLeaderboard.getEntryCount": Case("best.getEntryCount()", 3),
        "SparkLeaderboard.getEntryCountForIdentifier": Case("cars.getEntryCountForIdentifier(w.ana)", 3),
        "SparkLeaderboard.getEntriesForIdentifier": Case(
            "cars.getEntriesForIdentifier(w.ana, null)",
            [[1, 3, 4], [3]],
            "[r.map(rank), cars.getEntriesForIdentifier(w.ana, {CAR: 'red'}).map(rank)]",
        ),
        "SparkLeaderboard.getEntriesFromPlayer": Case(
            "best.getEntriesFromPlayer(w.cy, 5)", entries(("cy", 2, 200), ("ana", 3, 100)), ENTRIES
        ),
        "SparkLeaderboard.getEntriesFromPlayerForCustomId": Case(
            "cars.getEntriesFromPlayerForCustomId(w.ana, 5, {CAR: 'red'})",
            [[3, 4], [], []],
            "[ranks(r), ranks(cars.getEntriesFromPlayerForCustomId(w.ana, 5, {X: 1})),"
            " ranks(cars.getEntriesFromPlayerForCustomId(w.ana, 5, null))]",
        ),
        "SparkLeaderboard.getRankForScore": Case(
            "best.getRankForScore({SCORE: 200})",
            [3, 1, 4, True],
            "[r, best.getRankForScore({SCORE: 301}), best.getRankForScore({SCORE: 1}),"
            " boards.getLeaderboard('SQUADS').getRankForScore({SCORE: 1}) === null]",
        ),
        "SparkLeaderboardCursor.hasNext": Case("best.getEntries().hasNext()", True),
        "SparkLeaderboardCursor.next": Case(
            "best.getEntries().next()",
            [300, True],
            "[r.getAttribute('SCORE'), best.getEntries(0, 0).next() === null]",
        ),
        "SparkLeaderboardEntry.getAttribute": Case(
            "top.getAttribute('SCORE')", [300, True], "[r, top.getAttribute('X') === null]"
        ),
        "SparkLeaderboardEntry.getRank": Case("top.getRank()", 1),
        "SparkLeaderboardEntry.getRankPercentage": Case("top.getRankPercentage()", 33),
        "SparkLeaderboardEntry.getUserId": Case("top.getUserId()", lambda w: w["bo"]),
        "SparkLeaderboardEntry.getUserName": Case(
            "top.getUserName()",
            ["Bo", "Reds"],
            "[r, boards.getLeaderboard('SQUADS').getEntries().next().userName]",
        ),
        "SparkLeaderboardEntry.getWhen": Case(
            "top.getWhen()",
            lambda w: (
                w.one(
                    "SELECT entry.when_ms FROM competition_boardentry entry"
                    " JOIN competition_boardinstance list"
                    " ON list.id = entry.instance_id WHERE list.code = 'BEST' AND entry.player_id = ?",
                    w["bo"],
                )
                // 60_000
            ),
            "Date.parse(r.replace('Z', ':00Z')) / 60000",
        ),
    },
    before=HELPERS
    + """
    var top = best.getEntries().next();
    function first(row) { return row[0]; }
    function rank(entry) { return entry.getRank(); }
    function ranks(cursor) { return all(cursor).map(function (row) { return row[1]; }); }
    """,
)

PARTITION = Group(
    {
        "SparkLeaderboardPartition.getShortCode": Case("partition.getShortCode()", "COUNTRIES.COUNTRY.UK"),
        "SparkLeaderboardPartition.getName": Case("partition.getName()", "By country"),
        "SparkLeaderboardPartition.getDescription": Case("partition.getDescription()", "Where from"),
        "SparkLeaderboardPartition.getPropertySet": Case(
            "partition.getPropertySet()", {"DROP_RATE": {"rare": 0.05}, "OPEN": False}
        ),
        "SparkLeaderboardPartition.getScoreFields": Case("partition.getScoreFields()", ["SCORE", "COUNTRY"]),
        "SparkLeaderboardPartition.getIdFields": Case("partition.getIdFields()", []),
        "SparkLeaderboardPartition.isPartition": Case("partition.isPartition()", True),
        "SparkLeaderboardPartition.isPartitioned": Case("partition.isPartitioned()", False),
        "SparkLeaderboardPartition.getPartitions": Case("partition.getPartitions()", []),
        "SparkLeaderboardPartition.getEntries": Case(
            "partition.getEntries()", entries(("bo", 1, 20), ("ana", 2, 10)), ENTRIES
        ),
        "SparkLeaderboardPartition.getEntryCount": Case("partition.getEntryCount()", 2),
        "SparkLeaderboardPartition.getEntryCountForIdentifier": Case(
            "partition.getEntryCountForIdentifier(w.cy)",
            [0, 1],
            "[r, partition.getEntryCountForIdentifier(w.bo)]",
        ),
        "SparkLeaderboardPartition.getEntriesForIdentifier": Case(
            "partition.getEntriesForIdentifier(w.ana, null)", 2, "r[0].getRank()"
        ),
        "SparkLeaderboardPartition.getEntriesFromPlayer": Case(
            "partition.getEntriesFromPlayer(w.ana, 5)", entries(("ana", 2, 10)), ENTRIES
        ),
        "SparkLeaderboardPartition.getEntriesFromPlayerForCustomId": Case(
            "partition.getEntriesFromPlayerForCustomId(w.ana, 5, {CAR: 'red'})", [], ENTRIES
        ),
        "SparkLeaderboardPartition.getRankForScore": Case("partition.getRankForScore({SCORE: 15})", 2),
        "SparkLeaderboardPartition.archive": Case(
            "partition.archive()",
            True,
            "partition.isArchived()",
            lambda w: w.one(
                "SELECT COUNT(*) FROM competition_boardinstance WHERE archived = ? AND stage_id = ?",
                True,
                w.stage_id,
            ),
            1,
        ),
        "SparkLeaderboardPartition.isArchived": Case(
            "partition.isArchived()",
            [True, False],
            "[r, boards.getLeaderboard('COUNTRIES').getPartitions()[0].isArchived()]",
        ),
        "SparkLeaderboardPartition.deleteEntry": Case(
            "partition.deleteEntry(w.ana, true)",
            [True, False, 1],
            "[r, partition.deleteEntry(w.ana, true), partition.getEntryCount()]",
            lambda w: w.one(
                "SELECT COUNT(*) FROM competition_totalrecord WHERE player_id = ? AND total = 'EV_COUNTRY'",
                w["ana"],
            ),
            0,
        ),
        "SparkLeaderboardPartition.deleteEntriesForCustomId": Case(
            "partition.deleteEntriesForCustomId(w.bo, false, {X: 1})",
            [False, 1],
            "[r, partition.getEntryCount()]",
        ),
        "SparkLeaderboardPartition.deleteAllEntries": Case(
            "partition.deleteAllEntries(w.bo, false)",
            [True, 0],
            "[r, partition.getEntryCount()]",
            lambda w: w.one(
                "SELECT COUNT(*) FROM competition_totalrecord WHERE player_id = ? AND total = 'EV_COUNTRY'",
                w["bo"],
            ),
            1,
        ),
    },
    before=HELPERS,
)

CHANGED = Group(
    {
        "SparkLeaderboardPartition.drop": Case(
            "partition.drop()",
            ["COUNTRIES.COUNTRY.FR"],
            "boards.getLeaderboard('COUNTRIES').partitions.map(function (each) { return each.shortCode; })",
            lambda w: w.one(
                "SELECT COUNT(*) FROM competition_boardinstance WHERE code = 'COUNTRIES.COUNTRY.UK'"
                " AND stage_id = ?",
                w.stage_id,
            ),
            0,
        ),
        "SparkLeaderboard.deleteEntriesForCustomId": Case(
            "cars.deleteEntriesForCustomId(w.ana, true, {CAR: 'red'})",
            [True, 2],
            "[r, cars.getEntryCountForIdentifier(w.ana)]",
        ),
        "SparkLeaderboard.deleteAllEntries": Case(
            "cars.deleteAllEntries(w.ana, false)",
            [True, False, 0],
            "[r, cars.deleteAllEntries(w.ana, false), cars.getEntryCountForIdentifier(w.ana)]",
        ),
        "SparkLeaderboard.deleteEntry": Case(
            "best.deleteEntry(w.cy, true)",
            [True, 2, "CARS has entries by custom ids."],
            "[r, best.getEntryCount(), fault(function () { cars.deleteEntry(w.bo, false); })]",
            lambda w: w.one(
                "SELECT COUNT(*) FROM competition_totalrecord WHERE player_id = ? AND total = 'EV_SCORE'",
                w["cy"],
            ),
            0,
        ),
        "SparkLeaderboard.drop": Case(
            "best.drop(true)",
            0,
            "best.getEntryCount()",
            lambda w: w.one(
                "SELECT COUNT(*) FROM competition_totalrecord WHERE total = 'EV_SCORE' AND stage_id = ?",
                w.stage_id,
            ),
            0,
        ),
    },
    before=HELPERS,
)
