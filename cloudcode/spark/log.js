"use strict";
const { context, host, readable, stringify } = core;
const LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"];

function write(level, message) {
    const text = stringify(message);
    host("log", stringify(level), text === undefined ? "null" : text, stringify(new Error().stack));
}

const SparkLog = readable(class SparkLog {
    #level = null;
    getLevel() { return this.#level || context.logLevel; }
    setLevel(level) {
        const known = String(level).toUpperCase();
        if (LEVELS.includes(known)) this.#level = known;
    }
    debug(message) { this.#write(0, message); }
    info(message) { this.#write(1, message); }
    warn(message) { this.#write(2, message); }
    error(message) { this.#write(3, message); }
    #write(level, message) {
        if (level < LEVELS.indexOf(this.getLevel())) return;
        write(LEVELS[level], message);
    }
});

return { SparkLog, write };
