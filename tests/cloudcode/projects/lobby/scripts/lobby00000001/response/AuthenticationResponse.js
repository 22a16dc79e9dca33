require("ROOMS");
var player = Spark.getPlayer();
if (player !== null) Spark.setScriptData("room", roomOf(player));
