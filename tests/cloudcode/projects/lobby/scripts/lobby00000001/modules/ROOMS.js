// A room is a team of that id; whoever enters the first time makes it.
var ROOM_TYPE = "ROOM";
function roomOf(player) { return player.getPrivateData("room"); }
function membersOf(room) {
    var request = new SparkRequests.GetTeamRequest();
    request.teamId = room;
    var response = request.Send();
    return response.error ? [] : response.members;
}
function enter(room) {
    var join = new SparkRequests.JoinTeamRequest();
    join.teamId = room;
    var response = join.Send();
    if (response.error) {
        response = Spark.sendRequest({"@class": ".CreateTeamRequest", "teamId": room, "teamType": ROOM_TYPE, "teamName": room});
    }
    return response.error || null;
}
function othersIn(room, me) {
    var ids = [];
    for each (var member in membersOf(room)) {
        if (member.id !== me.playerId) ids.push(member.id);
    }
    return ids;
}
