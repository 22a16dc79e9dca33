var me = Spark.getPlayer(), muted = me.getPrivateData("muted") || [];
if (muted.indexOf(Spark.getData().player) < 0) muted.push(Spark.getData().player);
me.setPrivateData("muted", muted);
Spark.setScriptData("muted", muted.length);
