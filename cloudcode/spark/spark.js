const SparkConfig = readable(class SparkConfig {
    getStage() { return context.stage; }
});

const SparkProperties = class SparkProperties {
    getProperty(code) { return ask("properties.one", String(code)); }
    getPropertySet(code) { return ask("properties.set", String(code)); }
};

class SparkType {
    getData() {
        if (context.data === undefined) context.data = parse(host("data"));
        return context.data;
    }
    getPlayer() { return currentPlayer(); }
    loadPlayer(id) { return loadPlayer(id); }
    getChallenge(id) { return getChallenge(id); }

    setScriptData(name, value) { kept.set("data", name, value); }
    getScriptData(name) { return kept.get("data", name); }
    removeScriptData(name) { host("drop", "data", String(name)); }
    removeAllScriptData() { host("drop", "data", null); }
    setScriptError(key, value) { kept.set("error", key, value); }
    getScriptError(key) { return kept.get("error", key); }
    removeScriptError(key) { host("drop", "error", String(key)); }
    removeAllScriptErrors() { host("drop", "error", null); }
    hasScriptErrors() { return host("kept", "error", null); }

    getLog() { return (context.log ||= new SparkLog()); }
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

    message(extCode) { return new SparkMessage(extCode); }
    sendMessage(data, to) { sendMessage(null, idsOf(to), data, {}); }
    sendMessageExt(data, extCode, to) { sendMessage(extCode == null ? null : String(extCode), idsOf(to), data, {}); }
    sendMessageById(data, to) { sendMessage(null, idsOf(to), data, {}); }
    sendMessageByIdExt(data, extCode, to) { sendMessage(extCode == null ? null : String(extCode), idsOf(to), data, {}); }
    sendMessageWithoutPush(data, to) { sendMessage(null, idsOf(to), data, WITHOUT_PUSH); }
    sendMessageByIdWithoutPush(data, to) { sendMessage(null, idsOf(to), data, WITHOUT_PUSH); }
    dismissMessage(id) { return ask("message.dismiss", String(id), null); }

    sendRequest(document) { return sendRequest(document, null, false); }
    sendRequestAs(document, playerId) { return sendRequest(document, idOf(playerId), false); }
    logEvent(eventKey, values) {
        sendRequest({ ...values, "@class": "LogEventRequest", eventKey: String(eventKey) }, null, false);
    }
}
readable(SparkType);
unavailable(SparkType, [
    "downloadableJson", "downloadableXml", "find", "getBulkScheduler", "getCache", "getDigester",
    "getFiles", "getGameDataService", "getHttp", "getLeaderboards", "getMultiplayer", "getRedis", "getScheduler",
    "getTeams", "getUploadableUtils", "loadPlayerByExternalId", "lock", "lockKey", "metaCollection", "remove",
    "runtimeCollection", "save", "sendGrid", "systemCollection", "unlock", "unlockKey", "unlockKeyFully",
    "uploadedJson", "uploadedXml",
]);
