// node webpush.js < order: pushes to each browser by web-push, prints the statuses it was answered with.
const webpush = require("web-push");
const { readFileSync } = require("node:fs");

const { vapid, subscriptions, push } = JSON.parse(readFileSync(0, "utf8"));
const { title, body, messageId } = push;
const options = { vapidDetails: vapid, TTL: push.ttl, topic: messageId, urgency: "high", contentEncoding: "aes128gcm" };
const status = (answer) => answer.statusCode;
const sends = subscriptions.map((subscription) =>
  webpush.sendNotification(subscription, JSON.stringify({ title, body, messageId }), options).then(status, status),
);
Promise.all(sends).then((statuses) => console.log(JSON.stringify({ statuses })));
