// Plans a reminder for whose turn it is. The key is the duel's: it takes the place of the last turn's.
function planReminder(duel) {
    var key = "turn-" + duel.challengeId, scheduler = Spark.getScheduler();
    if (!duel.nextPlayer) {
        scheduler.cancel(key);
        return;
    }
    var rival = duel.accepted.filter(function (each) { return each.id !== duel.nextPlayer; })[0];
    var turn = {duel: duel.challengeId, player: duel.nextPlayer, rival: rival.name};
    scheduler.inSeconds("REMIND", Spark.getProperties().getProperty("TURN").remindAfter, turn, key);
}
