"use strict";
require("CONSTANTS");
require("CONSTANTS");
const LIMIT = 10;
var LOG = Spark.getLog();
function current() { return Spark.getPlayer(); }
function other(id) { var found = Spark.loadPlayer(id); return found; }
// `ROW` is set by who includes this.
function award(who, code) { if (ROW > LIMIT) who.addAchievement(code); else who.flyAway(); }
