"use strict";
const { ask, readable, stringify, topic } = core;

const SparkCache = readable(class SparkCache {
    get(key) { return ask("cache.get", String(key)); }
    put(key, object) {
        let dropped = false;
        const text = stringify(object, (name, value) => {
            dropped ||= typeof value === "function";
            return value;
        });
        if (dropped) topic("log").write("WARN", `the cache keeps no functions: ${key}`);
        if (text === undefined) this.remove(key);
        else ask("cache.put", String(key), JSON.parse(text));
    }
    remove(key) { ask("cache.remove", [String(key)]); }
    // A pattern is looked for anywhere in a key. It is the script's own, so it is matched here.
    removeAll(pattern) {
        if (pattern === undefined || pattern === null) return void ask("cache.clear");
        const matches = new RegExp(pattern);
        const keys = ask("cache.keys").filter((key) => matches.test(key));
        if (keys.length > 0) ask("cache.remove", keys);
    }
});

return { SparkCache };
