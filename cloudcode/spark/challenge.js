"use strict";
const { ask, dateOf, idOf, readable, save, saveAll, stored, topic } = core;
const { Buffered } = topic("buffered");

const challenges = new Map(); // one object for an id in a run

const SparkChallenge = readable(class SparkChallenge {
    #id;
    #facts;
    #data;
    constructor(id, facts) {
        this.#id = id;
        this.#facts = facts;
        this.#data = new Buffered(["scriptData", "privateData"], () => this.#known(), (changes) => {
            save("challenge.save", id, changes);
            this.#facts = null;
        });
        stored.push({ save: () => this.#data.save(), forget: () => { this.#facts = null; } });
    }

    #known() {
        if (this.#facts === null) this.#facts = ask("challenge.load", this.#id) || {};
        return this.#facts;
    }
    // What happens to a challenge others see, so what was set before is saved first.
    #move(what, player) {
        saveAll();
        const done = ask("challenge.move", this.#id, what, idOf(player));
        this.#facts = null;
        return done;
    }

    getId() { return this.#id; }
    getShortCode() { return this.#known().shortCode; }
    getRunState() { return this.#known().runState; }
    getChallengerId() { return this.#known().challengerId; }
    getAcceptedPlayerIds() { return this.#known().accepted.slice(); }
    getChallengedPlayerIds() { return this.#known().challenged.slice(); }
    getDeclinedPlayerIds() { return this.#known().declined.slice(); }
    getStartDate() { return dateOf(this.#known().start); }
    getEndDate() { return dateOf(this.#known().end); }
    getExpiryDate() { return dateOf(this.#known().expiry); }

    getScriptData(name) { return this.#data.read("scriptData", name); }
    setScriptData(name, value) { this.#data.write("scriptData", name, value); }
    removeScriptData(name) { this.#data.write("scriptData", name, null); }
    getPrivateData(name) { return this.#data.read("privateData", name); }
    setPrivateData(name, value) { this.#data.write("privateData", name, value); }
    removePrivateData(name) { this.#data.write("privateData", name, null); }

    startChallenge() { this.#move("start", null); }
    winChallenge(winner) { this.#move("win", winner); }
    drawChallenge() { this.#move("draw", null); }
    consumeTurn(playerId) { return this.#move("consume_turn", playerId); }
    takeTurn(playerId) { return this.#move("take_turn", playerId); }
    removePlayer(playerId) { return this.#move("remove_player", playerId); }
});

function getChallenge(id) {
    const key = String(id);
    if (challenges.has(key)) return challenges.get(key);
    const facts = ask("challenge.load", key);
    if (facts === null) return null;
    const challenge = new SparkChallenge(key, facts);
    challenges.set(key, challenge);
    return challenge;
}

return { getChallenge };
