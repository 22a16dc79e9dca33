// Spark.getRedis() in a comment is none, nor is player.flyAway().
var S = Spark, text = "Spark.getRedis() in a string is none, nor is `Spark.flyAway`";
var load = S.loadPlayer;
var me = S.getPlayer(), friend = load(S.getData().friendId);
var GIFT = "GIFT";
S.message(GIFT).setPlayerIds([friend.getPlayerId()]).setMessageData({from: me.displayName}).send();
var tools = {log: Spark.getLog()};
tools.log.debug("sent");
tools.own = friend;
tools.own.flyAway();
Spark["getConfig"]().stage;
S.getRedis().incr("gifts");
(me || friend).setScriptData("last", GIFT);
/* me.flyAway(); */
