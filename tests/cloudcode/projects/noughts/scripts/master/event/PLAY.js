// Begins a game with another player, who needs not be asked.
var request = new SparkRequests.CreateChallengeRequest();
request.challengeShortCode = "NOUGHTS";
request.accessType = "PRIVATE";
request.usersToChallenge = Spark.getData()["with"];
var ends = new Date();
ends.setDate(ends.getDate() + 7);
request.endTime = ends;
var response = request.Send();
if (response.error) {
    Spark.setScriptError("PLAY", response.error);
} else {
    Spark.setScriptData("game", response.challengeInstanceId);
}
