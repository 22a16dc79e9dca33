"use strict";
const { ask, callSite, idOf, isArray, readable, saveAll } = core;

// One player's id, an array of ids or of players: all of these were in use.
function idsOf(given) {
    if (given === null || given === undefined) return [];
    return (isArray(given) ? given : [given]).map(idOf).filter((id) => id !== null);
}

function sendMessage(extCode, playerIds, data, overrides) {
    saveAll();
    const text = data === undefined || data === null ? {} : data;
    ask("message.send", { extCode, playerIds, data: text, overrides, at: callSite() });
}

const SparkMessage = readable(class SparkMessage {
    #extCode;
    #playerIds = [];
    #data = {};
    #overrides = {};
    constructor(extCode) {
        this.#extCode = extCode === null || extCode === undefined ? null : String(extCode);
    }
    setPlayerIds(ids) { this.#playerIds = idsOf(ids); return this; }
    setMessageData(data) { this.#data = data; return this; }
    setSendViaSocket(value) { return this.#override("sendViaSocket", Boolean(value)); }
    setSendAsPush(value) { return this.#override("sendAsPush", Boolean(value)); }
    setSupressPushOnSocketSend(value) { return this.#override("suppressPushOnSocketSend", Boolean(value)); }
    setIncludeInPushCount(value) { return this.#override("includeInPushCount", Boolean(value)); }
    setExpireAfterHours(hours) { return this.#override("expireAfterHours", Number(hours)); }
    setDeviceTypes(types) { return this.#override("deviceTypes", isArray(types) ? types.map(String) : [String(types)]); }
    #override(name, value) { this.#overrides[name] = value; return this; }
    send() { sendMessage(this.#extCode, this.#playerIds, this.#data, this.#overrides); }
});

const WITHOUT_PUSH = { sendAsPush: false };

return { SparkMessage, idsOf, sendMessage, WITHOUT_PUSH };
