require("HELPERS");
require("GONE");
var ROW = Spark.data.row;
LOG.info({row: ROW, column: Spark.getData()["column"]});
var everyone = [current(), other("1")];
everyone.forEach(function (player) { player.credit1(1); });
for (var i = 0; i < everyone.length; i++) everyone[i].flyAway();
for each (var one in everyone) { one.userName = "ignored"; one.persist(); }
award(Spark.player, "WINNER");
