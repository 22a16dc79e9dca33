require("ROOMS");
function tell(player, online) {
    var room = roomOf(player);
    if (room === null) return;
    Spark.sendMessageByIdExt({who: player.displayName, online: online}, "PRESENCE", othersIn(room, player));
}
