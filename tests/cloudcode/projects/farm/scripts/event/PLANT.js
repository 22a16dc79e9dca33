require("FARM");
var data = Spark.getData(), crop = Crops.findOne({_id: data.crop});
if (crop === null) fail("crop", "UNKNOWN");
var field = {owner: Spark.player.playerId, crop: crop._id, at: pointAt(data.at), state: "GROWING", planted: new Date()};
Fields.insert(field);
Spark.getScheduler().inSeconds("RIPEN", crop.seconds, {field: idOf(field)}, "ripen-" + idOf(field));
Spark.setScriptData("field", idOf(field));
