var accept = new SparkRequests.AcceptChallengeRequest();
accept.challengeInstanceId = Spark.data.challenge.challengeId;
var answer = accept.Send();
if (answer.error) throw JSON.stringify(answer.error);
