var KNOWN = {de: "Willkommen", en: "Welcome"}, code = Spark.data.code;
if (!KNOWN.hasOwnProperty(code)) {
    Spark.setScriptError("code", "UNKNOWN");
} else {
    Spark.player.setSegmentValue("LANG", code);
    Spark.setScriptData("greeting", KNOWN[code] + ", " + Spark.player.displayName);
}
