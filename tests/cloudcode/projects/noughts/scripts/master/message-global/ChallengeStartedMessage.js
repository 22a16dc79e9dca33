require("BOARD");
var challenge = Spark.getChallenge(Spark.getData().challenge.challengeId);
var marks = {}, ids = challenge.getAcceptedPlayerIds();
marks[challenge.challengerId] = "X";
for (var i = 0; i < ids.length; i++) if (ids[i] !== challenge.getChallengerId()) marks[ids[i]] = "O";
challenge.setPrivateData("marks", marks);
challenge.setScriptData("board", emptyBoard());
