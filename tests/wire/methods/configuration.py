"""Cases of SparkConfig and what it gives."""

from tests.wire.methods.case import Case, Group
from tests.wire.methods.world import METHODS

BALANCE = {"DROP_RATE": {"rare": 0.05}, "OPEN": False}
CODES = "r.map(function (each) { return each.shortCode; })"


def got(type_: str, variable: str, **values: object) -> dict[str, Case]:
    """Getters of one object, with what each gives."""
    return {f"{type_}.{getter}": Case(f"{variable}.{getter}()", value) for getter, value in values.items()}


CONFIG = Group(
    {
        "SparkConfig.getStage": Case("config.getStage()", "preview"),
        "SparkConfig.getApiKey": Case("config.getApiKey()", METHODS.api_key),
        "SparkConfig.getAchievement": Case("config.getAchievement('HERO')", "Hero", "r.getName()"),
        "SparkConfig.getAchievement unknown": Case("config.getAchievement('NONE')", True, "r === null"),
        "SparkConfig.getAchievements": Case("config.getAchievements()", ["DAILY", "HERO", "TEAMWORK"], CODES),
        "SparkConfig.getChallenge": Case("config.getChallenge('MOVES')", "In turns", "r.getName()"),
        "SparkConfig.getChallenges": Case("config.getChallenges()", ["EVERYWHERE", "MOVES", "SCORES"], CODES),
        "SparkConfig.getDownloadable": Case("config.getDownloadable('LEVELS')", "LEVELS", "r.getShortCode()"),
        "SparkConfig.getDownloadables": Case("config.getDownloadables()", ["LEVELS"], CODES),
        "SparkConfig.getMatchConfig": Case("config.getMatchConfig('PAIR')", "Pair", "r.getName()"),
        "SparkConfig.getMatchConfigs": Case("config.getMatchConfigs()", ["PAIR"], CODES),
        "SparkConfig.getSegment": Case("config.getSegment('COUNTRY')", "Country", "r.getName()"),
        "SparkConfig.getSegments": Case("config.getSegments()", ["COUNTRY"], CODES),
        "SparkConfig.getTeam": Case("config.getTeam('SQUAD')", "Squad", "r.getName()"),
        "SparkConfig.getTeams": Case("config.getTeams()", ["SQUAD"], CODES),
        "SparkConfig.getVirtualGood": Case("config.getVirtualGood('SHIELD')", "Shield", "r.getName()"),
        "SparkConfig.getVirtualGoods": Case("config.getVirtualGoods()", ["PACK", "SHIELD"], CODES),
        **got(
            "SparkAchievement",
            "config.getAchievement('HERO')",
            getShortCode="HERO",
            getName="Hero",
            getDescription="Who dares",
            getPropertySet=BALANCE,
            **{f"getCurrency{n}Award": n for n in range(1, 7)},
        ),
        "SparkAchievement.getVirtualGoodAward": Case(
            "config.getAchievement('HERO').getVirtualGoodAward()", "SHIELD", "r.getShortCode()"
        ),
        **got(
            "SparkChallengeType",
            "config.getChallenge('MOVES')",
            getShortCode="MOVES",
            getName="In turns",
            getDescription="Each moves once",
            getAttemptConsumers="CH_MOVE",
            isTurnBased=True,
            isGlobal=False,
        ),
        "SparkChallengeType.isGlobal other": Case("config.getChallenge('EVERYWHERE').isGlobal()", True),
        "SparkDownloadable.getShortCode": Case("file.getShortCode()", "LEVELS"),
        "SparkDownloadable.getSize": Case("file.getSize()", 22),
        "SparkDownloadable.getLastModified": Case(
            "file.getLastModified()",
            lambda w: w.one("SELECT created_ms FROM competition_gamefile"),
            "r.getTime()",
        ),
        "SparkDownloadable.getUrl": Case(
            "file.getUrl()",
            lambda w: f"http://127.0.0.1:{w.server.port}/files/download/",
            "r.slice(0, r.indexOf('/files/download/') + 16)",
        ),
        **got(
            "SparkSegmentType",
            "config.getSegment('COUNTRY')",
            getShortCode="COUNTRY",
            getName="Country",
            getDescription="Where from",
        ),
        "SparkSegmentType.getValues": Case("config.getSegment('COUNTRY').getValues()", ["FR", "GB"], CODES),
        **got(
            "SparkSegmentValue",
            "config.getSegment('COUNTRY').getValues()[0]",
            getShortCode="FR",
            getName="France",
            getDescription="La France",
        ),
        **got(
            "SparkTeamType",
            "config.getTeam('SQUAD')",
            getShortCode="SQUAD",
            getName="Squad",
            getSocial=True,
            getExtendedSocial=True,
            getMaxMembers=5,
            getMaxMembershipPerUser=3,
            getMaxOwnershipPerUser=4,
        ),
        **got(
            "SparkVirtualGood",
            "config.getVirtualGood('SHIELD')",
            getShortCode="SHIELD",
            getName="Shield",
            getDescription="Takes a blow",
            getType="VGOOD",
            getMaxQuantity=9,
            getTags=["armour", "wood"],
            isDisabled=False,
            getPropertySet=BALANCE,
            **{f"getCurrency{n}Cost": 9 + n for n in range(1, 7)},
        ),
        "SparkVirtualGood.getType pack": Case("config.getVirtualGood('PACK').getType()", "CURRENCY"),
        "SparkVirtualGood.isDisabled pack": Case("config.getVirtualGood('PACK').isDisabled()", True),
        **got(
            "SparkMatchConfig",
            "config.getMatchConfig('PAIR')",
            getShortCode="PAIR",
            getName="Pair",
            getDescription="Two of them",
            getMinPlayers=2,
            getMaxPlayers=3,
            getManuallyMatch=True,
            getRealtime=True,
            getDropInDropOut=True,
            getDropInDropOutExpire=70,
            getPlayerDisconnectThreshold=7,
        ),
        "SparkMatchConfig.getThresholds": Case(
            "config.getMatchConfig('PAIR').getThresholds()", 1, "r.length"
        ),
        **got(
            "SparkMatchThreshold",
            "config.getMatchConfig('PAIR').getThresholds()[0]",
            getMin=5,
            getMax=6,
            getPeriod=600,
            getAcceptMinPlayers=True,
        ),
    },
    before="var config = Spark.getConfig(), file = config.getDownloadable('LEVELS');",
)
