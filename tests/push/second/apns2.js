// node apns2.js < order: pushes to each device by apns2, prints what it made of the answers.
const { ApnsClient, Notification } = require("apns2");
const { readFileSync } = require("node:fs");

const { credentials, host, port, tokens, push } = JSON.parse(readFileSync(0, "utf8"));
const { p8: signingKey, keyId, teamId: team, topic: defaultTopic } = credentials;
const client = new ApnsClient({ team, keyId, signingKey, defaultTopic, host: `${host}:${port}` });
const notes = tokens.map(
  (token) =>
    new Notification(token, {
      alert: { title: push.title, body: push.body },
      collapseId: push.messageId,
      expiration: Math.floor(Date.now() / 1000) + push.ttl,
      data: { messageId: push.messageId },
    }),
);
client.on("error", () => {}); // each is in its result, too
client.sendMany(notes).then((results) => {
  const errors = results.map((result) => result.error).filter(Boolean);
  const refused = errors.map(({ statusCode, reason, notification, message }) => ({
    device: notification?.deviceToken,
    status: statusCode,
    reason: reason ?? message,
  }));
  const sent = results.filter((result) => !result.error).map(({ deviceToken }) => deviceToken);
  // It would keep its connection, and Node with it.
  process.stdout.write(JSON.stringify({ sent, refused }), () => process.exit());
});
