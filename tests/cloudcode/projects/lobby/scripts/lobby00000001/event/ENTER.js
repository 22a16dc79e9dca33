require("ROOMS");
require("PRESENCE");
var me = Spark.getPlayer(), room = Spark.getData().room, fault = null;
if (roomOf(me) !== room) fault = enter(room);
if (fault !== null) {
    Spark.setScriptError("ENTER", fault);
} else {
    me.setPrivateData("room", room);
    tell(me, true);
    Spark.setScriptData("members", membersOf(room).map(function (member) {
        var player = Spark.loadPlayer(member.id);
        return {name: player.displayName, online: player.online, lang: player.getSegmentValue("LANG")};
    }));
}
