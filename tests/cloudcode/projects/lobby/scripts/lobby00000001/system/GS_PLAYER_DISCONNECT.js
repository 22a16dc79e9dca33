require("PRESENCE");
var player = Spark.getPlayer();
if (!player.isOnline()) tell(player, false);
