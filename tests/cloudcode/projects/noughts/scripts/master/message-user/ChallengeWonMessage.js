var me = Spark.getPlayer(), wins = (me.getScriptData("wins") || 0) + 1;
me.setScriptData("wins", wins);
var others = Spark.getData().challenge.accepted.filter(function (each) { return each.id !== me.playerId; });
var message = Spark.message("OVER").setMessageData({winner: me.displayName, wins: wins});
for each (var other in others) {
    message.setPlayerIds(other.id).send();
}
