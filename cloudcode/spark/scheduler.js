"use strict";
const { ask, callSite, readable, saveAll } = core;

const SparkScheduler = readable(class SparkScheduler {
    // What the module reads later must be what was set before.
    inSeconds(shortCode, delaySeconds, data, key) {
        saveAll();
        const name = key === undefined || key === null ? null : String(key);
        const given = data === undefined ? null : data;
        return ask("scheduler.inSeconds", String(shortCode), Number(delaySeconds), given, name);
    }
    cancel(key) { ask("scheduler.cancel", String(key), callSite()); }
});

return { SparkScheduler };
