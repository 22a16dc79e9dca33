"use strict";
const { ask, idOf, isArray, parse, readable, stringify, topic, unavailable } = core;

function idsOf(given) {
    return given.flat().map(idOf).filter((id) => id !== null);
}

function textOf(value) {
    return value === null || value === undefined ? null : String(value);
}

function objectOf(value) {
    return value !== null && typeof value === "object" && !isArray(value) ? value : null;
}

const SparkParticipant = readable(class SparkParticipant {
    #row;
    constructor(row) { this.#row = row; }
    getPlayer() { return topic("player").loadPlayer(this.#row.playerId); }
    getPeerId() { return this.#row.peerId; }
});
unavailable(SparkParticipant, ["getAccessToken"]);

const SparkMatch = readable(class SparkMatch {
    #id;
    constructor(id) { this.#id = id; }
    #facts() { return ask("match.load", this.#id) || { matchData: null, participants: [] }; }
    getId() { return this.#id; }
    getMatchData() { return this.#facts().matchData; }
    setMatchData(matchData) { ask("match.setData", this.#id, objectOf(matchData) || {}); }
    getParticipants() { return this.#facts().participants.map((row) => new SparkParticipant(row)); }
    addPlayers(players, ...others) { ask("match.change", this.#id, "add_players", idsOf([players, ...others])); }
    addPlayersById(ids, ...others) { this.addPlayers(ids, ...others); }
    removePlayers(players, ...others) { ask("match.change", this.#id, "remove_players", idsOf([players, ...others])); }
    removePlayersById(ids, ...others) { this.removePlayers(ids, ...others); }
});
unavailable(SparkMatch, ["enableRealtime", "getServer", "isRealtimeEnabled"]);

const PendingMatch = readable(class PendingMatch {
    #facts;
    constructor(facts) { this.#facts = facts; }
    getId() { return this.#facts.id; }
    getSkill() { return this.#facts.skill; }
    getMatchShortCode() { return this.#facts.matchShortCode; }
    getMatchGroup() { return this.#facts.matchGroup ?? null; }
    getMatchData() { return parse(stringify(this.#facts.matchData ?? null)); }
    getMatchedPlayers() { return parse(stringify(this.#facts.matchedPlayers)); }
    findPendingMatches(maxMatchesToFind) {
        const most = Math.floor(Number(maxMatchesToFind)) || 0;
        return ask("pending.find", this.#facts.id, most).map((facts) => new PendingMatch(facts));
    }
    joinPendingMatch(pendingMatchToJoin) {
        return pendingOf(ask("pending.join", this.#facts.id, pendingMatchToJoin.getId()));
    }
});

function pendingOf(facts) {
    return facts === null ? null : new PendingMatch(facts);
}

function createPending(shortCode, matchGroup, skill, customQuery, matchData, players) {
    const pool = { shortCode, matchGroup: textOf(matchGroup) };
    const ids = idsOf(players);
    return pendingOf(ask("pending.create", pool, ids, Number(skill), objectOf(customQuery), objectOf(matchData)));
}

const SparkMatchThreshold = readable(class SparkMatchThreshold {
    #item;
    constructor(item) { this.#item = item; }
    getMin() { return this.#item.min; }
    getMax() { return this.#item.max; }
    getPeriod() { return this.#item.period; }
    getAcceptMinPlayers() { return this.#item.acceptMinPlayers; }
});
unavailable(SparkMatchThreshold, ["getName"]);

const SparkMatchConfig = readable(class SparkMatchConfig {
    #item;
    constructor(item) { this.#item = item; }
    getShortCode() { return this.#item.shortCode; }
    getName() { return this.#item.name; }
    getDescription() { return this.#item.description; }
    getMinPlayers() { return this.#item.minPlayers; }
    getMaxPlayers() { return this.#item.maxPlayers; }
    getManuallyMatch() { return this.#item.manual; }
    getRealtime() { return this.#item.realtime; }
    getDropInDropOut() { return this.#item.dropInDropOut; }
    getDropInDropOutExpire() { return this.#item.expireSeconds; } // 0: never
    getPlayerDisconnectThreshold() { return this.#item.disconnectDelay; }
    getThresholds() { return this.#item.thresholds.map((each) => new SparkMatchThreshold(each)); }
    createPendingMatch(matchGroup, skill, players, ...others) {
        return createPending(this.#item.shortCode, matchGroup, skill, null, null, [players, ...others]);
    }
    createPendingMatchWithCustomQuery(matchGroup, skill, customQuery, matchData, players, ...others) {
        const together = [players, ...others];
        return createPending(this.#item.shortCode, matchGroup, skill, customQuery, matchData, together);
    }
});
unavailable(SparkMatchConfig, ["getRealtimeScript"]);

const SparkMultiplayer = readable(class SparkMultiplayer {
    createMatch(players, ...others) { return ask("match.create", null, idsOf([players, ...others])); }
    createMatchById(playerIds, ...others) { return this.createMatch(playerIds, ...others); }
    createMatchWithMatchId(matchId, players, ...others) {
        return ask("match.create", String(matchId), idsOf([players, ...others]));
    }
    createMatchByIdWithMatchId(matchId, playerIds, ...others) {
        return this.createMatchWithMatchId(matchId, playerIds, ...others);
    }
    loadMatch(matchId) {
        const facts = ask("match.load", String(matchId));
        return facts === null ? null : new SparkMatch(facts.id);
    }
    getMatchConfig(shortCode) { return topic("config").matchConfig(shortCode); }
    loadPendingMatchById(pendingMatchId) { return pendingOf(ask("pending.load", String(pendingMatchId))); }
    loadPendingMatchByPlayer(player, shortCode, matchGroup) {
        const pool = { shortCode: String(shortCode), matchGroup: textOf(matchGroup) };
        return pendingOf(ask("pending.ofPlayer", pool, String(idOf(player))));
    }
    cancelMatchmaking(player, shortCode, matchGroup) {
        ask("pending.cancel", { shortCode: String(shortCode), matchGroup: textOf(matchGroup) }, String(idOf(player)));
    }
});

return { SparkMatchConfig, SparkMultiplayer };
