require("modules/" + Spark.getData().kind);
var xml = <gift><kind>{Spark.getData().kind}</kind></gift>;
with (Spark.getPlayer()) { getPlayerId(); }
