Spark.setScriptData("to", Spark.getPlayerIds().length);
