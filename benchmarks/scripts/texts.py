"""The scripts that are measured, and what their host calls are answered."""

from typing import Any

# Ten lines; load, property, online and, when the run ends, save: four host calls.
TEN_LINES = """\
var player = Spark.getPlayer(), data = Spark.getData();
var best = player.getScriptData("best") || 0;
var bonus = Spark.getProperties().getProperty("BONUS");
var points = data.points;
if (player.isOnline()) {
    points += bonus.amount;
}
player.setScriptData("best", Math.max(best, points));
Spark.setScriptData("best", Math.max(best, points));
Spark.setScriptData("beaten", points > best);
"""
DATA = {"@class": ".LogEventRequest", "eventKey": "MOVE", "points": 120}
RESULT = {"best": 130, "beaten": True}
ANSWERS: dict[str, Any] = {
    "player.load": {
        "userName": "ana",
        "displayName": "Ana",
        "externalIds": {},
        "created": 1_700_000_000_000,
        "lastSeen": 1_700_000_000_000,
        "scriptData": {"best": 100},
        "privateData": {},
        "segments": {},
    },
    "properties.one": {"amount": 10},
    "player.online": True,
    "player.save": None,
}
MODULES = {f"M{number}": f"function add{number}(n) {{ return n + {number}; }}\n" * 20 for number in range(10)}
NO_MODULES = "Spark.setScriptData('sum', 0);"
TEN_MODULES = "\n".join(f"require('{name}');" for name in MODULES) + "\nSpark.setScriptData('sum', add9(0));"
# For each copy of a message: what is read of the recipient and what is kept.
FOR_EACH_COPY = """\
var player = Spark.getPlayer();
var seen = (player.getScriptData("seen") || 0) + 1;
player.setScriptData("seen", seen);
Spark.setScriptData("hello", player.getDisplayName() + ", number " + seen);
"""
# Answered from the configuration: the run's own time, without the database's.
FOUR_PROPERTIES = """\
var properties = Spark.getProperties(), data = Spark.getData(), found = [];
found.push(properties.getProperty("BONUS"));
found.push(properties.getProperty("RULES"));
found.push(properties.getProperty("PRICES"));
found.push(properties.getProperty("NOTHING"));
var sum = 0;
for (var i = 0; i < found.length; i++) {
    sum += found[i] === null ? 0 : found[i].amount;
}
Spark.setScriptData("sum", sum);
"""
