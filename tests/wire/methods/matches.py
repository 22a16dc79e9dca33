"""Cases of SparkMultiplayer, matches and pending ones."""

from json import loads
from typing import Any

from tests.wire.methods.case import Case, Effect, Group

PLAYERS = "r.getParticipants().map(function (each) { return each.getPlayer().getPlayerId(); })"


def _participants(match_id: str) -> Effect:
    def read(world: Any) -> Any:
        sql = "SELECT player_id, peer_id FROM competition_participant WHERE match_id = ? ORDER BY peer_id"
        return [(row["player_id"], row["peer_id"]) for row in world.rows(sql, match_id)]

    return read


MATCH = Group(
    {
        "SparkMultiplayer.createMatch": Case(
            "games.createMatch([Spark.getPlayer(), Spark.loadPlayer(w.bo)])",
            lambda w: [w["ana"], w["bo"]],
            "games.loadMatch(r).getParticipants().map(playerOf)",
        ),
        "SparkMultiplayer.createMatchById": Case(
            "games.createMatchById([w.bo, w.cy])",
            lambda w: [w["bo"], w["cy"]],
            "games.loadMatch(r).getParticipants().map(playerOf)",
        ),
        "SparkMultiplayer.createMatchWithMatchId": Case(
            "games.createMatchWithMatchId('mine', [me])",
            ["mine", True],
            "[r, games.createMatchWithMatchId('mine', [me]) === null]",
        ),
        "SparkMultiplayer.createMatchByIdWithMatchId": Case(
            "games.createMatchByIdWithMatchId('duel', [w.ana, w.bo])",
            "duel",
            effect=_participants("duel"),
            outside=lambda w: [(w["dan"], 1), (w["bo"], 2), (w["cy"], 3)],
        ),
        "SparkMultiplayer.loadMatch": Case(
            "games.loadMatch('duel')", ["duel", True], "[r.getId(), games.loadMatch('none') === null]"
        ),
        "SparkMultiplayer.getMatchConfig": Case("games.getMatchConfig('PAIR')", "Pair", "r.getName()"),
        "SparkMatch.getId": Case("games.loadMatch('duel').getId()", "duel"),
        "SparkMatch.getParticipants": Case(
            "duel.getParticipants()",
            lambda w: [[w["ana"], 1], [w["bo"], 2]],
            "r.map(function (each) { return [each.getPlayer().getPlayerId(), each.getPeerId()]; })",
        ),
        "SparkParticipant.getPlayer": Case(
            "duel.getParticipants()[1].getPlayer()", "Bo", "r.getDisplayName()"
        ),
        "SparkParticipant.getPeerId": Case("duel.getParticipants()[1].getPeerId()", 2),
        "SparkMatch.setMatchData": Case(
            "duel.setMatchData({map: 'dust'})",
            {"map": "dust"},
            "duel.getMatchData()",
            lambda w: loads(w.one("SELECT match_data FROM competition_match WHERE id = 'duel'")),
            {"map": "dust"},
        ),
        "SparkMatch.getMatchData": Case("games.loadMatch('duel').getMatchData()", {"map": "dust"}),
        "SparkMatch.addPlayers": Case(
            "duel.addPlayers([Spark.loadPlayer(w.cy)])", 3, "duel.getParticipants().length"
        ),
        "SparkMatch.removePlayers": Case("duel.removePlayers([me])", 2, "duel.getParticipants().length"),
        "SparkMatch.addPlayersById": Case(
            "duel.addPlayersById([w.ana, w.bo])",
            [[1, True], 3],
            "[[peerOf(w.ana), true], duel.getParticipants().length]",
        ),
        "SparkMatch.removePlayersById": Case(
            "duel.removePlayersById([w.ana])", 1, "(duel.addPlayersById([w.dan]), peerOf(w.dan))"
        ),
    },
    before="""
    var games = Spark.getMultiplayer(), duel;
    function playerOf(each) { return each.getPlayer().getPlayerId(); }
    function peerOf(id) {
        var found = duel.getParticipants().filter(function (each) { return playerOf(each) === id; });
        return found[0].getPeerId();
    }
    Object.defineProperty(this, "duel", {get: function () { return games.loadMatch("duel"); }});
    """,
)

PENDING = Group(
    {
        "SparkMatchConfig.createPendingMatch": Case(
            "pair.createPendingMatch('g', 10, [me])",
            lambda w: ["PAIR", "g", 10, [w["ana"]]],
            "[r.matchShortCode, r.matchGroup, r.skill, r.matchedPlayers.map(idOf)]",
        ),
        "SparkMatchConfig.createPendingMatchWithCustomQuery": Case(
            "pair.createPendingMatchWithCustomQuery('g', 12, {skill: {$lt: 20}}, {map: 'ice'}, [bo])",
            [{"map": "ice"}, True],
            "[r.matchData, pair.createPendingMatchWithCustomQuery('g', 1, {$no: 1}, {}, [me]) === null]",
        ),
        "SparkMultiplayer.loadPendingMatchByPlayer": Case(
            "games.loadPendingMatchByPlayer(me, 'PAIR', 'g')",
            [10, True],
            "[r.getSkill(), games.loadPendingMatchByPlayer(me, 'PAIR', null) === null]",
        ),
        "SparkMultiplayer.loadPendingMatchById": Case(
            "games.loadPendingMatchById(mine().getId())",
            [10, True],
            "[r.skill, games.loadPendingMatchById('x') === null]",
        ),
        "PendingMatch.getId": Case(
            "mine().getId()",
            lambda w: w["ana"],
            "games.loadPendingMatchById(r).getMatchedPlayers()[0].playerId",
        ),
        "PendingMatch.getSkill": Case("mine().getSkill()", 10),
        "PendingMatch.getMatchShortCode": Case("mine().getMatchShortCode()", "PAIR"),
        "PendingMatch.getMatchGroup": Case("mine().getMatchGroup()", "g"),
        "PendingMatch.getMatchData": Case("theirs().getMatchData()", {"map": "ice"}),
        "PendingMatch.getMatchedPlayers": Case(
            "theirs().getMatchedPlayers()", lambda w: [w["bo"]], "r.map(idOf)"
        ),
        "PendingMatch.findPendingMatches": Case(
            "mine().findPendingMatches(10)",
            lambda w: [[w["bo"]]],
            "r.map(function (each) { return each.matchedPlayers.map(idOf); })",
        ),
        "PendingMatch.joinPendingMatch": Case(
            "mine().joinPendingMatch(theirs())",
            lambda w: [w["ana"], w["bo"]],
            "r.getMatchedPlayers().map(idOf)",
            lambda w: sum("MatchFoundMessage" in row["document"] for row in w.server.messages_of(w["bo"])),
            1,
        ),
        "SparkMultiplayer.cancelMatchmaking": Case(
            "(pair.createPendingMatch('h', 1, [me]), games.cancelMatchmaking(me, 'PAIR', 'h'))",
            True,
            "games.loadPendingMatchByPlayer(me, 'PAIR', 'h') === null",
            lambda w: w.rows("SELECT id FROM competition_waitingplayer WHERE player_id = ?", w["ana"]),
            [],
        ),
    },
    before="""
    var games = Spark.getMultiplayer(), pair = games.getMatchConfig("PAIR"), bo = Spark.loadPlayer(w.bo);
    function idOf(each) { return each.playerId; }
    function mine() { return games.loadPendingMatchByPlayer(me, "PAIR", "g"); }
    function theirs() { return games.loadPendingMatchByPlayer(w.bo, "PAIR", "g"); }
    """,
)
