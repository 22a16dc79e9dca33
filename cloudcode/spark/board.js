"use strict";
const { ask, idOf, isArray, keys, readable, unavailable } = core;
const PAGE = 50; // entries that a cursor asks for at once

const SparkLeaderboardEntry = readable(class SparkLeaderboardEntry {
    #entry;
    constructor(entry) { this.#entry = entry; }
    getAttribute(name) { return this.#entry.values[String(name)] ?? null; }
    getRank() { return this.#entry.rank; }
    getRankPercentage() { return this.#entry.rankPercentage; }
    getUserId() { return this.#entry.userId; }
    getUserName() { return this.#entry.userName; }
    getWhen() { return this.#entry.when; }
});

// Entries in the order of their ranks, read as they are needed. `read(number, offset)` gives some of them.
const SparkLeaderboardCursor = readable(class SparkLeaderboardCursor {
    #read;
    #left;
    #offset = 0;
    #page = [];
    #at = 0;
    constructor(read, left) {
        this.#read = read;
        this.#left = left;
    }
    hasNext() {
        if (this.#at < this.#page.length) return true;
        const number = Math.min(PAGE, this.#left);
        this.#page = number > 0 ? this.#read(number, this.#offset) : [];
        this.#at = 0;
        this.#offset += this.#page.length;
        this.#left = this.#page.length < number ? 0 : this.#left - this.#page.length;
        return this.#page.length > 0;
    }
    // Null behind the last.
    next() { return this.hasNext() ? new SparkLeaderboardEntry(this.#page[this.#at++]) : null; }
});

function whole(value, otherwise) {
    const number = Math.floor(Number(value));
    return Number.isFinite(number) && number >= 0 ? number : otherwise;
}

function filterOf(customIds) {
    return customIds !== null && typeof customIds === "object" && !isArray(customIds) ? customIds : null;
}

class SparkLeaderboard {
    #at;
    #facts;
    constructor(at, facts) {
        this.#at = at;
        this.#facts = facts;
    }
    static addressOf(board) { return board.#at; }

    getShortCode() { return this.#facts.shortCode; }
    getName() { return this.#facts.name; }
    getDescription() { return this.#facts.description; }
    getPropertySet() {
        return this.#facts.propertySet === null ? null : ask("properties.set", this.#facts.propertySet);
    }
    getScoreFields() { return this.#facts.scoreFields.slice(); }
    getIdFields() { return this.#facts.idFields.slice(); }
    isPartition() { return this.#facts.isPartition; }
    isPartitioned() { return this.#facts.isPartitioned; }
    getPartitions() {
        return ask("board.partitions", this.#at).map((code) => find({ ...this.#at, code }, SparkLeaderboardPartition));
    }

    getEntries(count = Infinity, offset = 0) {
        const at = this.#at, first = whole(offset, 0);
        return new SparkLeaderboardCursor(
            (number, behind) => ask("board.page", at, number, first + behind), whole(count, Infinity),
        );
    }
    getEntryCount() { return ask("board.count", this.#at); }
    getEntriesFromPlayer(playerId, count) { return this.#fromPlayer(playerId, count, null); }
    getEntriesFromPlayerForCustomId(playerId, count, customIdFilter) {
        const filter = filterOf(customIdFilter);
        const names = filter === null ? [] : keys(filter);
        return this.#fromPlayer(playerId, names.length === 0 ? 0 : count, filter);
    }
    #fromPlayer(playerId, count, filter) {
        const at = this.#at, id = idOf(playerId);
        return new SparkLeaderboardCursor(
            (number, behind) => ask("board.fromPlayer", at, id, filter, number, behind), whole(count, PAGE),
        );
    }
    getEntriesForIdentifier(identifier, customIdFilter) {
        return ask("board.ofOwner", this.#at, idOf(identifier), filterOf(customIdFilter))
            .map((entry) => new SparkLeaderboardEntry(entry));
    }
    getEntryCountForIdentifier(identifier) {
        return ask("board.ofOwner", this.#at, idOf(identifier), null).length;
    }
    getRankForScore(score) { return ask("board.rankOf", this.#at, score); }

    deleteAllEntries(identifier, withTotals) { return this.#delete(identifier, withTotals, null, false); }
    deleteEntry(identifier, withTotals) { return this.#delete(identifier, withTotals, null, true); }
    deleteEntriesForCustomId(identifier, withTotals, customIdFilter) {
        return this.#delete(identifier, withTotals, filterOf(customIdFilter), false);
    }
    #delete(identifier, withTotals, filter, one) {
        return ask("board.deleteEntries", this.#at, idOf(identifier), withTotals === true, filter, one);
    }
    drop(withTotals = false) { ask("board.drop", this.#at, withTotals === true); }
}
readable(SparkLeaderboard);
unavailable(SparkLeaderboard, ["rebuildLeaderboard"]);
const addressOf = SparkLeaderboard.addressOf;
delete SparkLeaderboard.addressOf;

const SparkLeaderboardPartition = readable(class SparkLeaderboardPartition extends SparkLeaderboard {
    #at;
    constructor(at, facts) {
        super(at, facts);
        this.#at = at;
    }
    archive() { ask("board.archive", this.#at); }
    isArchived() { return ask("board.find", this.#at)?.isArchived === true; }
});

// Sets of players by where they have entries.
const SparkLeaderboardOperations = readable(class SparkLeaderboardOperations {
    #expression;
    constructor(expression) { this.#expression = expression; }
    static expressionOf(operand) {
        if (operand instanceof SparkLeaderboard) return addressOf(operand);
        if (operand instanceof SparkLeaderboardOperations) return operand.#expression;
        throw new TypeError("neither a leaderboard nor what was made of some");
    }
    union(rhs) { return combined("union", this, rhs); }
    intersection(rhs) { return combined("intersection", this, rhs); }
    difference(rhs) { return combined("difference", this, rhs); }
    evaluate() { return ask("board.evaluate", this.#expression); }
});
const expressionOf = SparkLeaderboardOperations.expressionOf;
delete SparkLeaderboardOperations.expressionOf;

function combined(what, lhs, rhs) {
    return new SparkLeaderboardOperations([what, expressionOf(lhs), expressionOf(rhs)]);
}

function find(at, Type) {
    const facts = ask("board.find", at);
    if (facts === null) return null;
    const Found = Type || (facts.isPartition ? SparkLeaderboardPartition : SparkLeaderboard);
    return new Found(at, facts);
}

function idsOf(given) {
    if (given === null || given === undefined) return null;
    return (isArray(given) ? given : [given]).map(String);
}

function ofBoard(code, view = "all", playerId = null, ids = null) {
    return find({ code: String(code), challengeId: null, view, playerId: idOf(playerId), ids: idsOf(ids) });
}

function ofChallenge(challengeId, view = "all", playerId = null, ids = null) {
    return find({ code: null, challengeId: idOf(challengeId), view, playerId: idOf(playerId), ids: idsOf(ids) });
}

const SparkLeaderboards = readable(class SparkLeaderboards {
    getLeaderboard(shortCode) { return ofBoard(shortCode); }
    getChallengeLeaderboard(challengeId) { return ofChallenge(challengeId); }
    listLeaderboards() { return ask("board.all").map((code) => ofBoard(code)); }

    getSocialLeaderboard(code, friendIds) { return ofBoard(code, "social", null, friendIds); }
    getSocialLeaderboardAs(code, playerId, friendIds) { return ofBoard(code, "social", playerId, friendIds); }
    getInverseSocialLeaderboard(code, friendIds) { return ofBoard(code, "inverseSocial", null, friendIds); }
    getInverseSocialLeaderboardAs(code, playerId, friendIds) {
        return ofBoard(code, "inverseSocial", playerId, friendIds);
    }
    getTeamLeaderboard(code, teamIds) { return ofBoard(code, "team", null, teamIds); }
    getTeamLeaderboardAs(code, playerId, teamIds) { return ofBoard(code, "team", playerId, teamIds); }
    getInverseTeamLeaderboard(code, teamIds) { return ofBoard(code, "inverseTeam", null, teamIds); }
    getInverseTeamLeaderboardAs(code, playerId, teamIds) { return ofBoard(code, "inverseTeam", playerId, teamIds); }

    getSocialChallengeLeaderboard(id, friendIds) { return ofChallenge(id, "social", null, friendIds); }
    getSocialChallengeLeaderboardAs(id, playerId, friendIds) { return ofChallenge(id, "social", playerId, friendIds); }
    getInverseSocialChallengeLeaderboard(id, friendIds) { return ofChallenge(id, "inverseSocial", null, friendIds); }
    getInverseSocialChallengeLeaderboardAs(id, playerId, friendIds) {
        return ofChallenge(id, "inverseSocial", playerId, friendIds);
    }
    getTeamChallengeLeaderboard(id, teamIds) { return ofChallenge(id, "team", null, teamIds); }
    getTeamChallengeLeaderboardAs(id, playerId, teamIds) { return ofChallenge(id, "team", playerId, teamIds); }
    getInverseTeamChallengeLeaderboard(id, teamIds) { return ofChallenge(id, "inverseTeam", null, teamIds); }
    getInverseTeamChallengeLeaderboardAs(id, playerId, teamIds) {
        return ofChallenge(id, "inverseTeam", playerId, teamIds);
    }

    union(lhs, rhs) { return combined("union", lhs, rhs); }
    intersection(lhs, rhs) { return combined("intersection", lhs, rhs); }
    difference(lhs, rhs) { return combined("difference", lhs, rhs); }
});

return { SparkLeaderboards };
