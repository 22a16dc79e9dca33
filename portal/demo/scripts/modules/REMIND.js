// The turn was not taken, or another reminder would have been planned; but time may have ended the duel.
var turn = Spark.getData(), duel = Spark.getChallenge(turn.duel);
if (duel !== null && duel.getRunState() === "RUNNING") {
    Spark.message("TURN_REMINDER").setPlayerIds([turn.player]).setMessageData({rival: turn.rival}).send();
}
