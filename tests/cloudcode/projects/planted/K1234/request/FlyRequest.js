Spark.exit();
