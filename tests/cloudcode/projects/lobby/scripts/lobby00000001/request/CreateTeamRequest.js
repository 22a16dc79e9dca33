// Rooms are made by entering them.
Spark.setScriptError("teamType", "NOT_ALLOWED");
