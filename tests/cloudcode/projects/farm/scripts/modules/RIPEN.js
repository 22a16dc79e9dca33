require("FARM");
var id = Spark.getData().field;
Fields.update(byId(id), {$set: {state: "RIPE"}});
var field = Fields.findOne(byId(id), {owner: 1, crop: 1});
Spark.message("RIPE").setPlayerIds([field.owner]).setMessageData({field: id, crop: field.crop}).send();
