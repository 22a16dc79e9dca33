"use strict";
const { ask, forgetAll, saveAll } = core;

function lockKey(lockName, tryMillis) {
    const wait = Number(tryMillis);
    return ask("lock.take", `key:${lockName}`, wait >= 0 ? wait : 0);
}

// Whoever has the lock next sees what was set under it.
function unlockKey(lockName, fully) {
    saveAll();
    return ask("lock.give", `key:${lockName}`, fully);
}

// Other scripts' writes to the challenge wait for as long as their own runs last.
function lock(challenge) {
    if (!ask("lock.take", `challenge:${challenge.getId()}`, null)) throw new Error("the challenge is locked");
    forgetAll();
}

function unlock(challenge) {
    saveAll();
    ask("lock.give", `challenge:${challenge.getId()}`, false);
}

return { lock, lockKey, unlock, unlockKey };
