// node apn.js < order: pushes to each device by @parse/node-apn, prints what it made of the answers.
const apn = require("@parse/node-apn");
const { readFileSync } = require("node:fs");

const { credentials, host, port, tokens, push } = JSON.parse(readFileSync(0, "utf8"));
const { p8: key, keyId, teamId, topic } = credentials;
const provider = new apn.Provider({ token: { key, keyId, teamId }, address: host, port, production: false });
const note = new apn.Notification({
  topic,
  alert: { title: push.title, body: push.body },
  collapseId: push.messageId,
  expiry: Math.floor(Date.now() / 1000) + push.ttl,
  payload: { messageId: push.messageId },
});
provider.send(note, tokens).then(({ sent, failed }) => {
  const refused = failed.map(({ device, status, response, error }) => ({ device, status, ...response, error: error?.message }));
  console.log(JSON.stringify({ sent: sent.map(({ device }) => device), refused }));
  provider.shutdown();
});
