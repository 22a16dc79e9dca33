// Who is challenged reads how many duels the two will have had: the text's `scriptData.duel`.
var me = Spark.getPlayer(), rival = Spark.getData().challenge.challenger;
var duels = me.getPrivateData("duels") || {};
duels[rival.id] = (duels[rival.id] || 0) + 1;
me.setPrivateData("duels", duels);
Spark.setScriptData("duel", duels[rival.id]);
