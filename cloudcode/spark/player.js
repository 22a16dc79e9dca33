const players = new Map(); // one object for an id in a run, so that all who load it share its state

const SparkPushRegistration = readable(class SparkPushRegistration {
    #row;
    constructor(row) { this.#row = row; }
    getId() { return this.#row.id; }
    getPushId() { return this.#row.pushId; }
    getDeviceOS() { return this.#row.deviceOS; }
});

const SparkPlayer = readable(class SparkPlayer {
    #id;
    #facts = null;
    #changes = { scriptData: {}, privateData: {}, segments: {} };
    #changed = false;

    constructor(id, facts) { this.#id = id; this.#facts = facts; }

    #known() {
        if (this.#facts === null) this.#facts = ask("player.load", this.#id) || {};
        return this.#facts;
    }
    #read(kind, name) {
        const changes = this.#changes[kind], key = String(name);
        const value = Object.hasOwn(changes, key) ? changes[key] : (this.#known()[kind] || {})[key];
        return value === undefined ? null : parse(stringify(value));
    }
    #write(kind, name, value) {
        const text = value === undefined ? "null" : stringify(value);
        this.#changes[kind][String(name)] = text === undefined ? null : parse(text);
        this.#changed = true;
    }

    getPlayerId() { return this.#id; }
    getUserName() { return this.#known().userName ?? null; }
    getDisplayName() { return this.#known().displayName ?? null; }
    getExternalIds() { return parse(stringify(this.#known().externalIds || {})); }
    getLastSeen() { return dateOf(this.#known().lastSeen); }
    getCreationDate() { return dateOf(this.#known().created); }
    isOnline() { return ask("player.online", this.#id); }

    getScriptData(name) { return this.#read("scriptData", name); }
    setScriptData(name, value) { this.#write("scriptData", name, value); }
    removeScriptData(name) { this.#write("scriptData", name, null); }
    getPrivateData(name) { return this.#read("privateData", name); }
    setPrivateData(name, value) { this.#write("privateData", name, value); }
    removePrivateData(name) { this.#write("privateData", name, null); }
    getSegmentValue(type) { return this.#read("segments", type); }
    setSegmentValue(type, value) { this.#write("segments", type, value == null ? null : String(value)); }
    getSegments() {
        const segments = { ...this.#known().segments, ...this.#changes.segments };
        for (const type of keys(segments)) if (segments[type] === null) delete segments[type];
        return segments;
    }

    // Only what was set goes to the server, key by key: runs that set other keys lose nothing.
    persist() {
        if (!this.#changed) return;
        const changes = this.#changes;
        this.#changes = { scriptData: {}, privateData: {}, segments: {} };
        this.#changed = false;
        if (this.#facts !== null) {
            for (const kind of keys(changes)) this.#facts[kind] = { ...this.#facts[kind], ...changes[kind] };
        }
        ask("player.save", this.#id, changes);
    }
    // Others may have changed the rest since.
    forget() { this.#facts = null; }

    dismissMessage(id) { return ask("message.dismiss", String(id), this.#id); }
    getPushRegistrations() {
        return ask("player.devices", this.#id).map((row) => new SparkPushRegistration(row));
    }
    removePushRegistration(id) { ask("player.removeDevice", this.#id, String(id)); }
    disconnect(excludeCurrent) { ask("player.disconnect", this.#id, excludeCurrent === true); }
});

unavailable(SparkPlayer, [
    "addAchievement", "addVGood", "credit", "credit1", "credit2", "credit3", "credit4", "credit5", "credit6",
    "debit", "debit1", "debit2", "debit3", "debit4", "debit5", "debit6", "deletePlayer", "getAchievements",
    "getAllBalances", "getBalance", "getBalance1", "getBalance2", "getBalance3", "getBalance4", "getBalance5",
    "getBalance6", "getExperimentSegments", "getFriendIds", "getVirtualGoods", "hasAchievement", "hasVGood",
    "hideOnLeaderboards", "isHiddenOnLeaderboards", "matchesMongoQuery", "matchesMongoQueryString",
    "removeAchievement", "removeExperiment", "resetAuthTokens", "setExperimentSegment", "setPassword",
    "showOnLeaderboards", "unlock", "useVGood", "validatePassword",
]);

function dateOf(milliseconds) {
    return milliseconds ? new Date(milliseconds) : null;
}

function currentPlayer() {
    return context.playerId === null ? null : playerOf(context.playerId, null);
}

function playerOf(id, facts) {
    let player = players.get(id);
    if (player === undefined) players.set(id, (player = new SparkPlayer(id, facts)));
    return player;
}

function loadPlayer(id) {
    const key = String(id);
    if (players.has(key)) return players.get(key);
    const facts = ask("player.load", key);
    return facts === null ? null : playerOf(key, facts);
}

// What was set and not saved yet goes out before anything that others could see it by.
function saveAll() {
    for (const player of players.values()) player.persist();
}
