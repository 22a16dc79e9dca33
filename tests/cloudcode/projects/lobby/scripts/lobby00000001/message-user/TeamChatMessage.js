var message = Spark.getData(), me = Spark.getPlayer();
var muted = me.getPrivateData("muted") || [];
if (muted.indexOf(message.fromId) >= 0) {
    Spark.dismissMessage(message.messageId);
} else {
    Spark.setScriptData("says", me.getSegmentValue("LANG") === "de" ? "sagt" : "says");
}
