const SparkConfig = readable(class SparkConfig {
    getStage() { return context.stage; }
});

const SparkProperties = class SparkProperties {
    getProperty(code) { return ask("properties.one", String(code)); }
    getPropertySet(code) { return ask("properties.set", String(code)); }
};

function sendTo(players, data, extCode, withoutPush) {
    const { WITHOUT_PUSH, idsOf, sendMessage } = topic("message");
    const code = extCode === null || extCode === undefined ? null : String(extCode);
    sendMessage(code, idsOf(players), data, withoutPush ? WITHOUT_PUSH : {});
}

class Spark {
    getData() {
        if (context.data === undefined) context.data = parse(host("data"));
        return context.data;
    }
    getPlayer() { return context.playerId === null ? null : topic("player").currentPlayer(); }
    loadPlayer(id) { return topic("player").loadPlayer(id); }
    getChallenge(id) { return topic("challenge").getChallenge(id); }

    setScriptData(name, value) { kept.set("data", name, value); }
    getScriptData(name) { return kept.get("data", name); }
    removeScriptData(name) { host("drop", "data", String(name)); }
    removeAllScriptData() { host("drop", "data", null); }
    setScriptError(key, value) { kept.set("error", key, value); }
    getScriptError(key) { return kept.get("error", key); }
    removeScriptError(key) { host("drop", "error", String(key)); }
    removeAllScriptErrors() { host("drop", "error", null); }
    hasScriptErrors() { return host("kept", "error", null); }

    getLog() { return (context.log ||= new (topic("log").SparkLog)()); }
    getConfig() { return (context.config ||= new SparkConfig()); }
    getProperties() { return new SparkProperties(); }
    getSessionId() { return context.sessionId; }
    getCredentialType() { return context.credential; }
    getRemainingMilliseconds() { return host("remaining"); }
    getPlayerIds() { return context.playerIds.slice(); }
    // The engine ends a run that the host wants ended at its next look, which it takes in loops; no `catch` and
    // no `finally` of the script sees that.
    exit() {
        saveAll();
        try { host("exit"); } catch (ended) { for (;;); }
    }

    message(extCode) { return new (topic("message").SparkMessage)(extCode); }
    sendMessage(data, to) { sendTo(to, data, null); }
    sendMessageExt(data, extCode, to) { sendTo(to, data, extCode); }
    sendMessageById(data, to) { sendTo(to, data, null); }
    sendMessageByIdExt(data, extCode, to) { sendTo(to, data, extCode); }
    sendMessageWithoutPush(data, to) { sendTo(to, data, null, true); }
    sendMessageByIdWithoutPush(data, to) { sendTo(to, data, null, true); }
    dismissMessage(id) { return ask("message.dismiss", String(id), null); }

    sendRequest(document) { return topic("request").sendRequest(document, null, false); }
    sendRequestAs(document, playerId) { return topic("request").sendRequest(document, idOf(playerId), false); }
    logEvent(eventKey, values) {
        topic("request").sendRequest({ ...values, "@class": "LogEventRequest", eventKey: String(eventKey) }, null, false);
    }
}
readable(Spark);
unavailable(Spark, [
    "downloadableJson", "downloadableXml", "find", "getBulkScheduler", "getCache", "getDigester",
    "getFiles", "getGameDataService", "getHttp", "getLeaderboards", "getMultiplayer", "getRedis", "getScheduler",
    "getTeams", "getUploadableUtils", "loadPlayerByExternalId", "lock", "lockKey", "metaCollection", "remove",
    "runtimeCollection", "save", "sendGrid", "systemCollection", "unlock", "unlockKey", "unlockKeyFully",
    "uploadedJson", "uploadedXml",
]);

const requestTypes = {};
const SparkRequests = new Proxy(requestTypes, {
    get(types, name) {
        if (typeof name === "string" && types[name] === undefined && /^[A-Z]\w*Request$/.test(name)) {
            types[name] = topic("request").requestType(name);
        }
        return types[name];
    },
});
