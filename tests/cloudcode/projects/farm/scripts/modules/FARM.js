const KILOMETRE = 1000;
var Fields = Spark.runtimeCollection("fields"), Crops = Spark.metaCollection("crops");
Fields.ensureIndex({owner: 1, state: 1});
function idOf(document) { return document._id.$oid; }
function byId(id) { return {_id: {"$oid": id}}; }
function pointAt(at) { return {type: "Point", coordinates: at}; }
function fail(key, code) {
    Spark.setScriptError(key, code);
    Spark.exit();
}
