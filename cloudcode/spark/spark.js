const SparkProperties = readable(class SparkProperties {
    getProperty(code) { return ask("properties.one", String(code)); }
    getPropertySet(code) { return ask("properties.set", String(code)); }
});

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
    loadPlayerByExternalId(externalSystem, externalId) {
        const query = { [`externalIds.${externalSystem}`]: String(externalId) };
        const found = topic("collections").systemCollection("player").findOne(query);
        return found === null ? null : this.loadPlayer(found._id.$oid);
    }
    getChallenge(id) { return topic("challenge").getChallenge(id); }

    setScriptData(name, value) { setScriptData(String(name), value); }
    getScriptData(name) { return parse(scriptData.get(String(name)) ?? "null"); }
    removeScriptData(name) { scriptData.delete(String(name)); }
    removeAllScriptData() { scriptData.clear(); }
    setScriptError(key, value) { scriptErrors.set(String(key), value); }
    getScriptError(key) { return scriptErrors.get(String(key)); }
    removeScriptError(key) { scriptErrors.remove(String(key)); }
    removeAllScriptErrors() { scriptErrors.clear(); }
    hasScriptErrors() { return scriptErrors.any(); }

    getLog() { return (context.log ||= new (topic("log").SparkLog)()); }
    getConfig() { return (context.config ||= new (topic("config").SparkConfig)()); }
    getProperties() { return new SparkProperties(); }
    getLeaderboards() { return new (topic("board").SparkLeaderboards)(); }
    getTeams() { return new (topic("team").SparkTeams)(); }
    getMultiplayer() { return new (topic("match").SparkMultiplayer)(); }
    getFiles() { return new (topic("files").SparkFiles)(); }
    downloadableJson(shortCode) { return this.getFiles().downloadableJson(shortCode); }
    uploadedJson(uploadId) { return this.getFiles().uploadedJson(uploadId); }
    getSessionId() { return context.sessionId; }
    getCredentialType() { return context.credential; }
    getRemainingMilliseconds() { return Number(host("remaining")); }
    getPlayerIds() { return ask("message.playerIds"); }
    // The process stops this world where it stands: no `catch` and no `finally` of the script sees that.
    exit() {
        saveAtTheEnd();
        host("exit", result());
    }

    getBulkScheduler() { return new (topic("bulk").SparkBulkScheduler)(); }
    getScheduler() { return new (topic("scheduler").SparkScheduler)(); }
    getHttp(url) { return new (topic("http").SparkHttp)(String(url)); }
    getCache() { return new (topic("cache").SparkCache)(); }
    getDigester() { return new (topic("digest").SparkDigest)(); }
    sendGrid(username, password) { return new (topic("mail").SendGrid)(); }

    lockKey(lockName, tryMillis) { return topic("lock").lockKey(lockName, tryMillis); }
    unlockKey(lockName) { return topic("lock").unlockKey(lockName, false); }
    unlockKeyFully(lockName) { return topic("lock").unlockKey(lockName, true); }
    lock(challenge) { topic("lock").lock(challenge); }
    unlock(challenge) { topic("lock").unlock(challenge); }

    message(extCode) { return new (topic("message").SparkMessage)(extCode); }
    sendMessage(data, to) { sendTo(to, data, null); }
    sendMessageExt(data, extCode, to) { sendTo(to, data, extCode); }
    sendMessageById(data, to) { sendTo(to, data, null); }
    sendMessageByIdExt(data, extCode, to) { sendTo(to, data, extCode); }
    sendMessageWithoutPush(data, to) { sendTo(to, data, null, true); }
    sendMessageByIdWithoutPush(data, to) { sendTo(to, data, null, true); }
    dismissMessage(id) { return ask("message.dismiss", String(id), null); }

    runtimeCollection(collectionName) { return topic("collections").runtimeCollection(String(collectionName)); }
    metaCollection(collectionName) { return topic("collections").metaCollection(String(collectionName)); }
    systemCollection(collectionName) { return topic("collections").systemCollection(String(collectionName)); }
    find(collectionName, query, projection) {
        return this.runtimeCollection(collectionName).find(query, projection).toArray();
    }
    remove(collectionName, query) { return this.runtimeCollection(collectionName).remove(query); }
    save(collectionName, document) { return this.runtimeCollection(collectionName).save(document); }
    getGameDataService() { return topic("data").gameDataService(); }
    getSparkScriptOptions() { return { setMaintainDbDates(value) { context.keepsDates = value === true; } }; }

    sendRequest(document) { return topic("request").sendRequest(document, null, false); }
    sendRequestAs(document, playerId) { return topic("request").sendRequest(document, idOf(playerId), false); }
    logEvent(eventKey, values) {
        topic("request").sendRequest({ ...values, "@class": "LogEventRequest", eventKey: String(eventKey) }, null, false);
    }
}
readable(Spark);
unavailable(Spark, [
    "downloadableXml", "getRedis", "getUploadableUtils", "uploadedXml",
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
