require("FARM");
var id = Spark.getData().field;
Spark.getScheduler().cancel("ripen-" + id);
Fields.remove(byId(id));
Spark.setScriptData("left", Fields.find({owner: Spark.player.playerId}).count());
