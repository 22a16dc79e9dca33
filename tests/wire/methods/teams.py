"""Cases of SparkTeams and SparkTeam, and of SparkFiles."""

from typing import Any

from tests.wire.methods.case import Case, Group


def _members(world: Any) -> list[str]:
    sql = (
        "SELECT member.player_id FROM competition_teammember member JOIN competition_team team"
        " ON team.id = member.team_id WHERE team.team_id = ? ORDER BY member.id"
    )
    return [row["player_id"] for row in world.rows(sql, "reds")]


def _friends(world: Any) -> list[str]:
    """By the team: of who came last."""
    sql = "SELECT friend_id FROM players_friendship WHERE player_id = ? AND source LIKE 'team:%'"
    return sorted(row["friend_id"] for row in world.rows(sql, world["cy"]))


TEAM = Group(
    {
        "SparkTeams.getTeam": Case("Spark.getTeams().getTeam('reds')", "Reds", "r.getTeamName()"),
        "SparkTeams.getTeam unknown": Case("Spark.getTeams().getTeam('none')", True, "r === null"),
        "SparkTeams.getTeamByOwnerIdAndTeamType": Case(
            "Spark.getTeams().getTeamByOwnerIdAndTeamType(w.ana, 'SQUAD')", ["reds"], "[r[0].teamId]"
        ),
        "SparkTeam.getTeamId": Case("reds.getTeamId()", "reds"),
        "SparkTeam.getTeamType": Case("reds.getTeamType()", "SQUAD"),
        "SparkTeam.getOwnerId": Case("reds.getOwnerId()", lambda w: w["ana"]),
        "SparkTeam.getMemberIds": Case("reds.getMemberIds()", lambda w: [w["ana"], w["bo"]]),
        "SparkTeam.setTeamName": Case(
            "reds.setTeamName('Crimson')",
            [True, False],
            "[r, reds.setTeamName(new Array(300).join('x'))]",
            lambda w: w.one("SELECT name FROM competition_team WHERE team_id = 'reds'"),
            "Crimson",
        ),
        "SparkTeam.getTeamName": Case("reds.getTeamName()", "Crimson"),
        "SparkTeam.addMembers": Case(
            "reds.addMembers(w.cy, 'nobody')",
            lambda w: [w["ana"], w["bo"], w["cy"]],
            "(reds.addMembers([w.cy]), reds.getMemberIds())",
            _members,
            lambda w: [w["ana"], w["cy"]],
        ),
        "SparkTeam.removeMembers": Case(
            "reds.removeMembers([w.bo])", lambda w: [w["ana"], w["cy"]], "reds.getMemberIds()"
        ),
        "SparkTeam.setOwnerId": Case(
            "reds.setOwnerId(w.dan)",
            lambda w: [True, w["dan"], False],
            "[r, reds.getOwnerId(), reds.setOwnerId('nobody')]",
            _friends,
            lambda w: sorted([w["ana"], w["dan"]]),
        ),
        "SparkTeam.listChatMessages": Case(
            "reds.listChatMessages(10, 0)",
            lambda w: [[w["line"], w["ana"], "Ana", "hello"]],
            "r.map(function (each) { return [each.id, each.fromId, each.who, each.message]; })",
        ),
        "SparkTeam.getChatMessage": Case("reds.getChatMessage(w.line)", "hello", "r.message"),
        "SparkTeam.deleteChatMessage": Case(
            "reds.deleteChatMessage(w.line)",
            [True, False, True],
            "[r, reds.deleteChatMessage(w.line), reds.getChatMessage(w.line) === null]",
            lambda w: w.rows(f"SELECT id FROM competition_chatmessage WHERE id = '{w['line']}'"),
            [],
        ),
        "SparkTeam.addAchievement": Case(
            "reds.addAchievement('TEAMWORK')",
            [True, False],
            "[r, reds.addAchievement('TEAMWORK')]",
            lambda w: w.rows("SELECT code FROM competition_teamachievement WHERE code = 'TEAMWORK'"),
            [],
        ),
        "SparkTeam.removeAchievement": Case(
            "reds.removeAchievement('TEAMWORK')",
            [True, False, False],
            "[r, reds.removeAchievement('TEAMWORK'), Spark.loadPlayer(w.cy).hasAchievement('TEAMWORK')]",
        ),
        "SparkTeam.drop": Case(
            "Spark.getTeams().getTeam('blues').drop()",
            [True, True],
            "[r, Spark.getTeams().getTeam('blues') === null]",
            lambda w: [
                row["team_id"]
                for row in w.rows("SELECT team_id FROM competition_team WHERE team_id IN ('reds', 'blues')")
            ],
            ["reds"],
        ),
    },
    before="var reds = Spark.getTeams().getTeam('reds');",
)

FILES = Group(
    {
        "SparkFiles.downloadableJson": Case("files.downloadableJson('LEVELS')", {"levels": [1, 2, 3]}),
        "SparkFiles.uploadedJson": Case(
            "files.uploadedJson(w.upload)",
            [[1], "the file is no JSON"],
            "[r.uploaded, fault(function () { files.uploadedJson(w['second upload']); })]",
        ),
        "SparkFiles.deleteUploadedFile": Case(
            "files.deleteUploadedFile(w.upload)",
            [True, False, True],
            "[r, files.deleteUploadedFile(w.upload), files.uploadedJson(w.upload) === null]",
            lambda w: [
                row["id"] for row in w.rows("SELECT id FROM competition_upload WHERE id = ?", w["upload"])
            ],
            [],
        ),
    },
    before="var files = Spark.getFiles();",
)
