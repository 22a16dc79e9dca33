require("TURN");
planReminder(Spark.getData().challenge);
