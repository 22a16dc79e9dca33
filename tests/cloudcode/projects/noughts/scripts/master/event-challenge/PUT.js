"use strict";
require("BOARD");
require("RULES");

var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
var board = challenge.getScriptData("board"), field = Spark.getData().field;
var mark = challenge.getPrivateData("marks")[Spark.player.playerId];

if (board === null || challenge.runState !== "RUNNING") refuse("NOT_RUNNING");
if (board[field] !== EMPTY) refuse("TAKEN");
if (!challenge.takeTurn(Spark.getPlayer().getPlayerId())) refuse("NOT_YOUR_TURN");

board[field] = mark;
challenge.setScriptData("board", board);
Spark.setScriptData("board", board);
if (wins(board, mark)) {
    challenge.winChallenge(Spark.getPlayer());
} else if (isFull(board)) {
    challenge.drawChallenge();
}
