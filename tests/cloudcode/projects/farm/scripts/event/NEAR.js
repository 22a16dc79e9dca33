require("FARM");
var near = {$nearSphere: {$geometry: pointAt(Spark.getData().at), $maxDistance: 5 * KILOMETRE}};
var found = Fields.find({at: near}).limit(10), crops = [];
while (found.hasNext()) {
    var field = found.next();
    crops.push(Spark.loadPlayer(field.owner).displayName + ": " + found.curr().crop);
}
Spark.setScriptData("fields", crops);
