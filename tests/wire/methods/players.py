"""Cases of SparkPlayer and what it gives."""

from json import loads
from typing import Any

from tests.wire.methods.case import Case, Group
from tests.wire.methods.world import PASSWORD


def _json(value: Any) -> Any:
    return loads(value) if isinstance(value, str) else value


def _script_data(world: Any) -> Any:
    return _json(world.one("SELECT script_data FROM players_player WHERE id = ?", world["ana"]))


def _private_data(world: Any) -> Any:
    return _json(world.one("SELECT data FROM cloudcode_privatedata WHERE player_id = ?", world["ana"]))


def _segments(world: Any) -> Any:
    return _json(world.one("SELECT segments FROM players_player WHERE id = ?", world["ana"]))


def _achievements(world: Any) -> list[Any]:
    sql = "SELECT code, times FROM competition_playerachievement WHERE player_id = ? ORDER BY code"
    return [(row["code"], row["times"]) for row in world.rows(sql, world["ana"])]


def _earned(world: Any) -> int:
    """How often the player was told of the repeatable achievement."""
    rows = world.server.messages_of(world["ana"])
    return sum(loads(row["document"]).get("achievementShortCode") == "DAILY" for row in rows)


PLAYER = Group(
    {
        "SparkPlayer.getPlayerId": Case("me.getPlayerId()", lambda w: w["ana"]),
        "SparkPlayer.getUserName": Case("me.getUserName()", "ana"),
        "SparkPlayer.getDisplayName": Case("me.getDisplayName()", "Ana"),
        "SparkPlayer.isOnline": Case(
            "me.isOnline()", [True, False], "[r, Spark.loadPlayer(w.gone).isOnline()]"
        ),
        "SparkPlayer.getCreationDate": Case(
            "me.getCreationDate()",
            lambda w: w.one("SELECT created_ms FROM players_player WHERE id = ?", w["ana"]),
            "r.getTime()",
        ),
        "SparkPlayer.getLastSeen": Case(
            "me.getLastSeen()",
            lambda w: w.one("SELECT last_seen_ms FROM players_player WHERE id = ?", w["ana"]),
            "r.getTime()",
        ),
        "SparkPlayer.getExternalIds": Case("Spark.loadPlayer(w.bo).getExternalIds()", {"FB": "fb-bo"}),
        "SparkPlayer.getFriendIds": Case("me.getFriendIds()", lambda w: [w["bo"]]),
        "SparkPlayer.setScriptData": Case(
            "me.setScriptData('board', [1])",
            [1],
            "me.getScriptData('board')",
            _script_data,
            {"board": [1]},
        ),
        "SparkPlayer.getScriptData": Case("me.getScriptData('board')", [1]),
        "SparkPlayer.removeScriptData": Case(
            "(me.setScriptData('gone', 1), me.removeScriptData('gone'))",
            True,
            "me.getScriptData('gone') === null",
        ),
        "SparkPlayer.setPrivateData": Case(
            "me.setPrivateData('seed', {n: 7})",
            {"n": 7},
            "me.getPrivateData('seed')",
            _private_data,
            {"seed": {"n": 7}},
        ),
        "SparkPlayer.getPrivateData": Case("me.getPrivateData('seed')", {"n": 7}),
        "SparkPlayer.removePrivateData": Case(
            "(me.setPrivateData('gone', 1), me.removePrivateData('gone'))",
            True,
            "me.getPrivateData('gone') === null",
        ),
        "SparkPlayer.persist": Case(
            "me.persist()",
            lambda w: {"board": [1]},
            "Spark.sendRequest({'@class': 'AccountDetailsRequest'}).scriptData",
        ),
        "SparkPlayer.getSegmentValue": Case("me.getSegmentValue('COUNTRY')", "FR"),
        "SparkPlayer.setSegmentValue": Case(
            "me.setSegmentValue('COUNTRY', 'GB')",
            "GB",
            "me.getSegmentValue('COUNTRY')",
            _segments,
            {"COUNTRY": "GB"},
        ),
        "SparkPlayer.getSegments": Case("me.getSegments()", {"COUNTRY": "GB"}),
        "SparkPlayer.dismissMessage": Case(
            "me.dismissMessage(mine())",
            True,
            effect=lambda w: [
                bool(row["dismissed"]) for row in w.server.messages_of(w["ana"]) if '"d":1' in row["document"]
            ],
            outside=[True],
        ),
        "SparkPlayer.getPushRegistrations": Case("me.getPushRegistrations()", 1, "r.length"),
        "SparkPushRegistration.getId": Case("device().getId()", lambda w: w["device"]),
        "SparkPushRegistration.getPushId": Case("device().getPushId()", lambda w: f"ios-{w['ana']}"),
        "SparkPushRegistration.getDeviceOS": Case("device().getDeviceOS()", "ios"),
        "SparkPlayer.removePushRegistration": Case(
            "me.removePushRegistration(w.device)",
            [],
            "me.getPushRegistrations()",
            lambda w: len(
                w.rows("SELECT id FROM push_device WHERE player_id = ? AND disabled = ''", w["ana"])
            ),
            0,
        ),
    },
    before="""
    function device() { return Spark.getPlayer().getPushRegistrations()[0]; }
    function mine() {
        Spark.sendMessage({d: 1}, [me]);
        return Spark.sendRequest({"@class": "ListMessageDetailRequest", entryCount: 50}).messageList.filter(
            function (each) { return each.message.data && each.message.data.d === 1; }
        )[0].id;
    }
    """,
)

HOLDINGS = Group(
    {
        **{
            f"SparkPlayer.credit{n}": Case(f"me.credit{n}({n}0, 'found')", n * 10, f"me.getBalance{n}()")
            for n in range(1, 7)
        },
        **{
            f"SparkPlayer.debit{n}": Case(
                f"me.debit{n}({n})", [True, False, n * 9], f"[r, me.debit{n}(99), me.balance{n}]"
            )
            for n in range(1, 7)
        },
        **{f"SparkPlayer.getBalance{n}": Case(f"me.getBalance{n}()", n * 9) for n in range(1, 7)},
        "SparkPlayer.credit": Case(
            "me.credit('GOLD', 5, 'gift')",
            14,
            "me.getBalance('GOLD')",
            lambda w: w.one("SELECT script FROM competition_transaction WHERE reason = 'gift'"),
            "event/RUN",
        ),
        "SparkPlayer.debit": Case("me.debit('GOLD', 4)", [True, False], "[r, me.debit('GOLD', 40)]"),
        "SparkPlayer.getBalance": Case("me.getBalance('GOLD')", 10),
        "SparkPlayer.getAllBalances": Case("me.getAllBalances()", {"GOLD": 10, "GEMS": 18}),
        "SparkPlayer.addVGood": Case(
            "me.addVGood('SHIELD', 3)",
            [True, False, False],
            "[r, me.addVGood('NONE', 1), me.addVGood('SHIELD', 99)]",
        ),
        "SparkPlayer.hasVGood": Case("me.hasVGood('SHIELD')", 3),
        "SparkPlayer.useVGood": Case(
            "me.useVGood('SHIELD', 2)", [True, False], "[r, me.useVGood('SHIELD', 2)]"
        ),
        "SparkPlayer.getVirtualGoods": Case(
            "me.getVirtualGoods()",
            {"SHIELD": 1},
            effect=lambda w: w.rows(
                "SELECT code, quantity FROM competition_ownedgood WHERE player_id = ?", w["ana"]
            ),
            outside=[{"code": "SHIELD", "quantity": 2}],
        ),
        "SparkPlayer.addAchievement": Case(
            "me.addAchievement('DAILY')",
            [True, True, True, False],
            "[r, me.addAchievement('DAILY'), me.addAchievement('HERO'), me.addAchievement('HERO')]",
            _earned,
            2,
        ),
        "SparkPlayer.hasAchievement": Case(
            "me.hasAchievement('HERO')", [True, False], "[r, me.hasAchievement('X')]"
        ),
        "SparkPlayer.getAchievements": Case("me.getAchievements()", ["DAILY", "HERO"]),
        "SparkPlayer.removeAchievement": Case(
            "me.removeAchievement('HERO')",
            [True, False],
            "[r, me.removeAchievement('HERO')]",
            _achievements,
            [("DAILY", 2)],
        ),
    }
)

ACCOUNT = Group(
    {
        "SparkPlayer.validatePassword": Case(
            f"me.validatePassword('{PASSWORD}')", [True, False], "[r, me.validatePassword('wrong')]"
        ),
        "SparkPlayer.unlock": Case(
            "me.unlock()",
            effect=lambda w: w.one("SELECT failed_logins FROM players_player WHERE id = ?", w["ana"]),
            outside=0,
        ),
        "SparkPlayer.resetAuthTokens": Case(
            "me.resetAuthTokens(true)",
            effect=lambda w: len(w.rows("SELECT hash FROM players_authtoken WHERE player_id = ?", w["ana"])),
            outside=1,  # of two: that of the socket that asked
        ),
        "SparkPlayer.deletePlayer": Case(
            "Spark.loadPlayer(w.gone).deletePlayer()",
            effect=lambda w: w.rows("SELECT id FROM players_player WHERE id = ?", w["gone"]),
            outside=[],
        ),
        "SparkPlayer.disconnect": Case(
            "Spark.loadPlayer(w.dan).disconnect(false)",
            effect=lambda w: w.rows("SELECT hash FROM players_authtoken WHERE player_id = ?", w["dan"]),
            outside=[],
        ),
    }
)

PASSWORDS = Group(
    {
        "SparkPlayer.setPassword": Case(
            "me.setPassword('another one')",
            [True, False],
            f"[me.validatePassword('another one'), me.validatePassword('{PASSWORD}')]",
        ),
    }
)
