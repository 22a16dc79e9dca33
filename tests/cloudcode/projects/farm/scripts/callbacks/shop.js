var order = Spark.getData(), buyer = Spark.loadPlayer(order.player);
if (buyer === null) {
    Spark.setScriptError("player", "UNKNOWN");
} else {
    buyer.credit1(parseInt(order.coins, 10));
    Spark.setScriptData("balance", buyer.getBalance1());
}
