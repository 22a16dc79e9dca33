require("ROOMS");
var BAD = /\b(darn|heck)\b/i;
var me = Spark.getPlayer(), room = roomOf(me), text = Spark.getData().text;
if (room === null) {
    Spark.setScriptError("SAY", "NOWHERE");
    Spark.exit();
}
if (BAD.test(text)) Spark.setScriptError("SAY", "BAD_WORD");
if (!Spark.hasScriptErrors()) {
    var request = new SparkRequests.SendTeamChatMessageRequest();
    request.teamId = room;
    request.message = text;
    var error = request.Send().error;
    if (error) Spark.setScriptError("SAY", error);
}
