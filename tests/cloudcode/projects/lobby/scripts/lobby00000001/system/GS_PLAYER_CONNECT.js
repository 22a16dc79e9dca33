require("PRESENCE");
tell(Spark.getPlayer(), true);
