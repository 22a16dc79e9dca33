// Later: Spark.getRedis()
