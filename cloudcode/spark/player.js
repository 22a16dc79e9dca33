"use strict";
const {
    ask, context, dateOf, defineProperty, keys, parse, readable, stored, stringify, topic, unavailable,
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
            ask("player.save", id, changes);
            this.#facts = null;
        });
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
    // Others may have changed it since.
    forget() { this.#facts = null; }

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
    "deletePlayer", "getExperimentSegments", "getFriendIds", "hideOnLeaderboards", "isHiddenOnLeaderboards",
    "matchesMongoQuery", "matchesMongoQueryString", "removeExperiment", "resetAuthTokens", "setExperimentSegment",
    "setPassword", "showOnLeaderboards", "unlock", "validatePassword",
]);

function currentPlayer() {
    return context.playerId === null ? null : playerOf(context.playerId, null);
}

function playerOf(id, facts) {
    let player = players.get(id);
    if (player === undefined) {
        players.set(id, (player = new SparkPlayer(id, facts)));
        stored.push(player);
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
