"use strict";
const { ask, idOf, readable, stored } = core;

// One id, several, or arrays of ids or of players: all of these were in use.
function idsOf(given) {
    return given.flat().map(idOf).filter((id) => id !== null);
}

const SparkTeam = readable(class SparkTeam {
    #id;
    #facts;
    constructor(facts) {
        this.#id = facts.teamId;
        this.#facts = facts;
        stored.push({ save() {}, forget: () => { this.#facts = null; } });
    }
    #known() {
        if (this.#facts === null) this.#facts = ask("team.load", this.#id) || {};
        return this.#facts;
    }
    #change(what, value) {
        const done = ask("team.change", this.#id, what, value);
        this.#facts = null;
        return done;
    }

    getTeamId() { return this.#id; }
    getTeamName() { return this.#known().teamName ?? null; }
    getTeamType() { return this.#known().teamType ?? null; }
    getOwnerId() { return this.#known().ownerId ?? null; }
    getMemberIds() { return (this.#known().memberIds || []).slice(); }

    setTeamName(name) { return this.#change("rename", String(name)); }
    setOwnerId(playerId) { return this.#change("set_owner", idOf(playerId)); }
    addMembers(playerIds, ...others) {
        for (const id of idsOf([playerIds, ...others])) this.#change("add_member", id);
    }
    removeMembers(playerIds, ...others) {
        for (const id of idsOf([playerIds, ...others])) this.#change("remove_member", id);
    }
    drop() { return this.#change("drop", null); }

    addAchievement(code) { return ask("team.award", this.#id, String(code)); }
    removeAchievement(code) { return ask("team.takeAway", this.#id, String(code)); }

    listChatMessages(count, offset) {
        return ask("team.lines", this.#id, Math.floor(Number(count)) || 0, Math.floor(Number(offset)) || 0);
    }
    getChatMessage(id) { return ask("team.line", this.#id, String(id)); }
    deleteChatMessage(id) { return ask("team.deleteLine", this.#id, String(id)); }
});

const SparkTeams = readable(class SparkTeams {
    getTeam(teamId) {
        const facts = ask("team.load", String(teamId));
        return facts === null ? null : new SparkTeam(facts);
    }
    getTeamByOwnerIdAndTeamType(ownerId, teamType) {
        return ask("team.owned", String(idOf(ownerId)), String(teamType)).map((facts) => new SparkTeam(facts));
    }
});

return { SparkTeams };
