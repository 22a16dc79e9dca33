// Clients of the first release read lines.
require("BOARD");
if (!Spark.getData().error) {
    Spark.setScriptData("lines", linesOf(Spark.getScriptData("board")));
    Spark.removeScriptData("board");
}
