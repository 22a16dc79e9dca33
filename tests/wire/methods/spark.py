"""Cases of Spark itself, and of the log."""

from json import loads
from typing import Any

from tests.wire.methods.case import Case, Effect, Group


def sent_to(name: str, data: dict[str, Any]) -> Effect:
    """Documents of the messages with this data that the player has, without what differs each time."""

    def read(world: Any) -> list[Any]:
        found = [loads(row["document"]) for row in world.server.messages_of(world[name])]
        return [
            {
                key: value
                for key, value in each.items()
                if key in ("extCode", "scriptData", "notification", "data")
            }
            for each in found
            if each.get("data") == data
        ]

    return read


def plain(data: dict[str, Any]) -> dict[str, Any]:
    return {"data": data, "notification": True}


def _logged(world: Any) -> list[Any]:
    sql = "SELECT level, text FROM cloudcode_scriptlog WHERE script = 'modules/log' ORDER BY id"
    return [(row["level"], row["text"]) for row in world.rows(sql)]


DATA = Group(
    {
        "Spark.getData": Case("Spark.getData()", "data", "r.group"),
        "Spark.getPlayer": Case("Spark.getPlayer()", lambda w: w["ana"], "r.getPlayerId()"),
        "Spark.loadPlayer": Case("Spark.loadPlayer(w.bo)", "Bo", "r.getDisplayName()"),
        "Spark.loadPlayer unknown": Case("Spark.loadPlayer('none')", True, "r === null"),
        "Spark.getChallenge": Case("Spark.getChallenge(w.moves)", "MOVES", "r.getShortCode()"),
        "Spark.getChallenge unknown": Case("Spark.getChallenge('none')", True, "r === null"),
        "Spark.setScriptData": Case("Spark.setScriptData('a', {n: 1})", {"n": 1}, "Spark.getScriptData('a')"),
        "Spark.getScriptData": Case("Spark.getScriptData('a')", {"n": 1}),
        "Spark.removeScriptData": Case(
            "Spark.removeScriptData('a')", True, "Spark.getScriptData('a') === null"
        ),
        "Spark.removeAllScriptData": Case(
            "(Spark.setScriptData('b', 1), Spark.removeAllScriptData())",
            True,
            "Spark.getScriptData('b') === null",
        ),
        "Spark.setScriptError": Case("Spark.setScriptError('no', [1])", [1], "Spark.getScriptError('no')"),
        "Spark.getScriptError": Case("Spark.getScriptError('no')", [1]),
        "Spark.hasScriptErrors": Case("Spark.hasScriptErrors()", True),
        "Spark.removeScriptError": Case("Spark.removeScriptError('no')", False, "Spark.hasScriptErrors()"),
        "Spark.removeAllScriptErrors": Case(
            "(Spark.setScriptError('x', 1), Spark.removeAllScriptErrors())", False, "Spark.hasScriptErrors()"
        ),
        "Spark.getCredentialType": Case("Spark.getCredentialType()", "device"),
        "Spark.getSessionId": Case("Spark.getSessionId()", lambda w: w.clients["ana"].session_id),
        "Spark.getRemainingMilliseconds": Case(
            "Spark.getRemainingMilliseconds()", [True, True], "[r > 1000, r <= 5000]"
        ),
        "Spark.getConfig": Case("Spark.getConfig()", "preview", "r.getStage()"),
        "Spark.getProperties": Case("Spark.getProperties()", {"rare": 0.05}, "r.getProperty('DROP_RATE')"),
        "SparkProperties.getProperty": Case("Spark.getProperties().getProperty('OPEN')", False),
        "SparkProperties.getPropertySet": Case(
            "Spark.getProperties().getPropertySet('BALANCE')", {"DROP_RATE": {"rare": 0.05}, "OPEN": False}
        ),
        "Spark.getLeaderboards": Case(
            "Spark.getLeaderboards()", "Best", "r.getLeaderboard('BEST').getName()"
        ),
        "Spark.getTeams": Case("Spark.getTeams()", "Reds", "r.getTeam('reds').getTeamName()"),
        "Spark.getMultiplayer": Case("Spark.getMultiplayer()", "Pair", "r.getMatchConfig('PAIR').getName()"),
        "Spark.getFiles": Case("Spark.getFiles()", [1], "r.uploadedJson(w.upload).uploaded"),
        "Spark.downloadableJson": Case("Spark.downloadableJson('LEVELS')", {"levels": [1, 2, 3]}),
        "Spark.uploadedJson": Case("Spark.uploadedJson(w.upload)", {"uploaded": [1]}),
        "Spark.getPlayerIds": Case(
            "(Spark.sendMessageByIdExt({t: 1}, 'TOLD', [w.cy, w.bo]), Spark.getPlayerIds())",
            [],
            effect=sent_to("bo", {"t": 1}),
            outside=lambda w: [
                {**plain({"t": 1}), "extCode": "TOLD", "scriptData": {"to": sorted([w["bo"], w["cy"]])}}
            ],
        ),
        "Spark.sendRequest": Case(
            "Spark.sendRequest({'@class': '.AccountDetailsRequest'})",
            lambda w: [".AccountDetailsResponse", w["ana"]],
            "[r['@class'], r.userId]",
        ),
        "Spark.sendRequestAs": Case(
            "Spark.sendRequestAs({'@class': 'AccountDetailsRequest'}, w.bo)", lambda w: w["bo"], "r.userId"
        ),
        "Spark.logEvent": Case(
            "Spark.logEvent('EV_CAR', {LAPS: 3, CAR: 'green'})",
            effect=lambda w: w.rows(
                "SELECT player_id FROM competition_boardentry WHERE custom_id LIKE '%green%'"
            ),
            outside=lambda w: [{"player_id": w["ana"]}],
        ),
    }
)

EXIT = Group(
    {
        "Spark.exit": Case(
            "Spark.setScriptData('left', 1)",
            1,
            "(Spark.setScriptData('results', {'Spark.exit': {type: 'void', value: 1}}), Spark.exit())",
        )
    }
)

MESSAGES = Group(
    {
        "Spark.message": Case(
            "Spark.message('GIFT')",
            True,
            "(r.setPlayerIds([w.bo]).setMessageData({gift: 1}).send(), true)",
            sent_to("bo", {"gift": 1}),
            [{**plain({"gift": 1}), "extCode": "GIFT"}],
        ),
        "Spark.sendMessage": Case(
            "Spark.sendMessage({m: 1}, [Spark.loadPlayer(w.bo)])",
            effect=sent_to("bo", {"m": 1}),
            outside=[plain({"m": 1})],
        ),
        "Spark.sendMessageExt": Case(
            "Spark.sendMessageExt({m: 2}, 'GIFT', [Spark.loadPlayer(w.bo)])",
            effect=sent_to("bo", {"m": 2}),
            outside=[{**plain({"m": 2}), "extCode": "GIFT"}],
        ),
        "Spark.sendMessageById": Case(
            "Spark.sendMessageById({m: 3}, [w.bo])", effect=sent_to("bo", {"m": 3}), outside=[plain({"m": 3})]
        ),
        "Spark.sendMessageByIdExt": Case(
            "Spark.sendMessageByIdExt({m: 4}, 'GIFT', [w.bo])",
            effect=sent_to("bo", {"m": 4}),
            outside=[{**plain({"m": 4}), "extCode": "GIFT"}],
        ),
        "Spark.sendMessageWithoutPush": Case(
            "Spark.sendMessageWithoutPush({m: 5}, [Spark.loadPlayer(w.bo)])",
            effect=sent_to("bo", {"m": 5}),
            outside=[{"data": {"m": 5}, "notification": False}],
        ),
        "Spark.sendMessageByIdWithoutPush": Case(
            "Spark.sendMessageByIdWithoutPush({m: 6}, [w.bo])",
            effect=sent_to("bo", {"m": 6}),
            outside=[{"data": {"m": 6}, "notification": False}],
        ),
        "SparkMessage.setPlayerIds": Case(
            "message().setPlayerIds([w.bo])",
            True,
            "(r.setMessageData({s: 1}).send(), r === r.setPlayerIds([]))",
            sent_to("bo", {"s": 1}),
            [plain({"s": 1})],
        ),
        "SparkMessage.setMessageData": Case(
            "message().setMessageData({s: 2})",
            True,
            "(r.send(), true)",
            sent_to("bo", {"s": 2}),
            [plain({"s": 2})],
        ),
        "SparkMessage.send": Case(
            "message().setMessageData({s: 3}).send()",
            effect=sent_to("bo", {"s": 3}),
            outside=[plain({"s": 3})],
        ),
        "SparkMessage.setSendAsPush": Case(
            "message().setSendAsPush(false)",
            True,
            "(r.setMessageData({s: 4}).send(), true)",
            sent_to("bo", {"s": 4}),
            [{"data": {"s": 4}, "notification": False}],
        ),
        **{
            f"SparkMessage.{setter}": Case(
                f"message().{setter}({value})",
                True,
                f"(r.setMessageData({{o: '{column}'}}).send(), true)",
                lambda w, column=column: _override(w, column),
                stored,
            )
            for setter, value, column, stored in (
                ("setSendViaSocket", "false", "send_via_socket", False),
                ("setSupressPushOnSocketSend", "false", "suppress_push_on_socket_send", False),
                ("setIncludeInPushCount", "false", "include_in_push_count", False),
                ("setExpireAfterHours", "3", "expire_after_hours", 3),
                ("setDeviceTypes", "['IOS']", "device_types", ["ios"]),
            )
        },
        "Spark.dismissMessage": Case(
            "(Spark.sendMessageById({m: 7}, [w.bo]), Spark.dismissMessage(lastOf(w.bo)))",
            True,
            effect=lambda w: [
                bool(row["dismissed"]) for row in w.server.messages_of(w["bo"]) if '"m":7' in row["document"]
            ],
            outside=[True],
        ),
    },
    before="""
    function message() { return Spark.message(null).setPlayerIds([w.bo]); }
    function lastOf(id) {
        var asked = {"@class": "ListMessageDetailRequest", entryCount: 50};
        var list = Spark.sendRequestAs(asked, id).messageList;
        return list.map(function (each) { return each.id; }).sort().pop();
    }
    """,
)


def _override(world: Any, column: str) -> Any:
    rows = world.rows("SELECT overrides, data FROM messaging_message WHERE overrides <> ''")
    (found,) = [row for row in rows if f'"o":"{column}"' in row["data"]]
    return loads(found["overrides"])[column]


LOG = Group(
    {
        "Spark.getLog": Case("Spark.getLog()", "DEBUG", "r.getLevel()"),
        "SparkLog.debug": Case(
            "Spark.getLog().debug({n: 1})", effect=lambda w: _logged(w)[0], outside=("DEBUG", '{"n":1}')
        ),
        "SparkLog.info": Case(
            "Spark.getLog().info([1])", effect=lambda w: _logged(w)[1], outside=("INFO", "[1]")
        ),
        "SparkLog.warn": Case(
            "Spark.getLog().warn('x')", effect=lambda w: _logged(w)[2], outside=("WARN", '"x"')
        ),
        "SparkLog.error": Case(
            "Spark.getLog().error(null)", effect=lambda w: _logged(w)[3], outside=("ERROR", "null")
        ),
        "SparkLog.setLevel": Case(
            "Spark.getLog().setLevel('WARN')",
            True,
            "(Spark.getLog().info('left out'), true)",
            lambda w: len(_logged(w)),
            4,
        ),
        "SparkLog.getLevel": Case("Spark.getLog().getLevel()", "WARN"),
    }
)
