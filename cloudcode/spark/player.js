"use strict";
const {
    ask, context, dateOf, defineProperty, host, keys, parse, readable, save, stored, stringify, topic, unavailable,
} = core;
const { Buffered } = topic("buffered");

const players = new Map(); // one object for an id in a run, so that all who load it share its state

const SparkPushRegistration = readable(class SparkPushRegistration {
    #row;
    constructor(row) { this.#row = row; }
    getId() { return this.#row.id; }
    getPushId() { return this.#row.pushId; }
    getDeviceOS() { return this.#row.deviceOS; }
});

class SparkPlayer {
    #id;
    #facts;
    #data;

    constructor(id, facts) {
        this.#id = id;
        this.#facts = facts;
        this.#data = new Buffered(["scriptData", "privateData", "segments"], () => this.#known(), (changes) => {
            save("player.save", id, changes);
            this.#facts = null;
        });
        stored.push({ save: () => this.#data.save(), forget: () => { this.#facts = null; } });
    }

    #known() {
        if (this.#facts === null) this.#facts = ask("player.load", this.#id) || {};
        return this.#facts;
    }
    #holdings() { return ask("holdings.load", this.#id); }

    getPlayerId() { return this.#id; }
    getUserName() { return this.#known().userName ?? null; }
    getDisplayName() { return this.#known().displayName ?? null; }
    getExternalIds() { return parse(stringify(this.#known().externalIds || {})); }
    getLastSeen() { return dateOf(this.#known().lastSeen); }
    getCreationDate() { return dateOf(this.#known().created); }
    isOnline() { return ask("player.online", this.#id); }

    getScriptData(name) { return this.#data.read("scriptData", name); }
    setScriptData(name, value) { this.#data.write("scriptData", name, value); }
    removeScriptData(name) { this.#data.write("scriptData", name, null); }
    getPrivateData(name) { return this.#data.read("privateData", name); }
    setPrivateData(name, value) { this.#data.write("privateData", name, value); }
    removePrivateData(name) { this.#data.write("privateData", name, null); }
    getSegmentValue(type) { return this.#data.read("segments", type); }
    setSegmentValue(type, value) { this.#data.write("segments", type, value == null ? null : String(value)); }
    getSegments() { return this.#data.all("segments"); }

    persist() { this.#data.save(); }

    dismissMessage(id) { return ask("message.dismiss", String(id), this.#id); }
    getPushRegistrations() {
        return ask("player.devices", this.#id).map((row) => new SparkPushRegistration(row));
    }
    removePushRegistration(id) { ask("player.removeDevice", this.#id, String(id)); }

    credit(code, amount, reason) { ask("holdings.credit", this.#id, String(code), ...booked(amount, reason)); }
    debit(code, amount, reason) { return ask("holdings.debit", this.#id, String(code), ...booked(amount, reason)); }
    getBalance(code) {
        const found = this.#holdings(), number = found.codes[String(code)];
        return number === undefined ? 0 : found.balances[number];
    }
    getAllBalances() {
        const found = this.#holdings(), all = {};
        for (const code of keys(found.codes)) all[code] = found.balances[found.codes[code]];
        return all;
    }
    addVGood(code, quantity, reason) {
        return ask("holdings.addGood", this.#id, String(code), ...booked(quantity, reason));
    }
    useVGood(code, quantity, reason) {
        return ask("holdings.useGood", this.#id, String(code), ...booked(quantity, reason));
    }
    hasVGood(code) { return this.#holdings().goods[String(code)] || 0; }
    getVirtualGoods() { return this.#holdings().goods; }
    addAchievement(code) { return ask("holdings.award", this.#id, String(code)); }
    removeAchievement(code) { return ask("holdings.takeAway", this.#id, String(code)); }
    hasAchievement(code) { return this.#holdings().achievements.includes(String(code)); }
    getAchievements() { return this.#holdings().achievements; }

    getFriendIds() { return ask("account.friends", this.#id); }
    matchesMongoQuery(mongoQuery) {
        const players = topic("collections").systemCollection("player");
        return players.count({ $and: [{ _id: { $oid: this.#id } }, mongoQuery] }) > 0;
    }
    matchesMongoQueryString(mongoQueryString) { return this.matchesMongoQuery(parse(String(mongoQueryString))); }
    unlock() { ask("account.unlock", this.#id); }
    setPassword(password) { ask("account.setPassword", this.#id, String(password)); }
    validatePassword(password) { return ask("account.validatePassword", this.#id, String(password)); }
    resetAuthTokens(excludeCurrent = false) { ask("account.resetTokens", this.#id, excludeCurrent === true); }
    deletePlayer() { ask("account.delete", this.#id); }
    disconnect(excludeCurrent) { ask("player.disconnect", this.#id, excludeCurrent === true); }
}

// credit1 to credit6, debit1 to debit6, getBalance1 to getBalance6.
for (let number = 1; number <= 6; number++) {
    const numbered = {
        [`credit${number}`](amount, reason) {
            ask("holdings.credit", this.getPlayerId(), number, ...booked(amount, reason));
        },
        [`debit${number}`](amount, reason) {
            return ask("holdings.debit", this.getPlayerId(), number, ...booked(amount, reason));
        },
        [`getBalance${number}`]() { return ask("holdings.load", this.getPlayerId()).balances[number]; },
    };
    for (const name of keys(numbered)) {
        defineProperty(SparkPlayer.prototype, name, { value: numbered[name], writable: true, configurable: true });
    }
}
readable(SparkPlayer);

function booked(amount, reason) {
    return [Number(amount), reason === undefined || reason === null ? null : String(reason)];
}

unavailable(SparkPlayer, [
    "getExperimentSegments", "hideOnLeaderboards", "isHiddenOnLeaderboards", "removeExperiment",
    "setExperimentSegment", "showOnLeaderboards",
]);

function currentPlayer() {
    const id = context.playerId;
    if (id === null || players.has(id)) return id === null ? null : players.get(id);
    const known = host("facts");
    return playerOf(id, known === null ? null : parse(known));
}

function playerOf(id, facts) {
    let player = players.get(id);
    if (player === undefined) {
        players.set(id, (player = new SparkPlayer(id, facts)));
    }
    return player;
}

function loadPlayer(id) {
    const key = String(id);
    if (players.has(key)) return players.get(key);
    const facts = ask("player.load", key);
    return facts === null ? null : playerOf(key, facts);
}

return { currentPlayer, loadPlayer };
