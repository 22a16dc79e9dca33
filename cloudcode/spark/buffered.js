"use strict";
const { keys, parse, stringify } = core;

// Named values of something stored: what is set is kept here until it is saved, key by key, so that runs that set
// other keys lose nothing. Null takes a name away. Values are copies, going in and coming out.
class Buffered {
    #kinds;
    #facts;
    #send;
    #changes;
    #changed = false;
    constructor(kinds, facts, send) {
        this.#kinds = kinds;
        this.#facts = facts;
        this.#send = send;
        this.#changes = this.#none();
    }
    #none() { return Object.fromEntries(this.#kinds.map((kind) => [kind, {}])); }
    read(kind, name) {
        const changes = this.#changes[kind], key = String(name);
        const value = Object.hasOwn(changes, key) ? changes[key] : (this.#facts()[kind] || {})[key];
        return value === undefined ? null : parse(stringify(value));
    }
    write(kind, name, value) {
        const text = value === undefined ? "null" : stringify(value);
        this.#changes[kind][String(name)] = text === undefined ? null : parse(text);
        this.#changed = true;
    }
    // All of a kind by name, without those that were taken away.
    all(kind) {
        const values = { ...this.#facts()[kind], ...this.#changes[kind] };
        for (const name of keys(values)) if (values[name] === null) delete values[name];
        return values;
    }
    save() {
        if (!this.#changed) return;
        const changes = this.#changes;
        this.#changes = this.#none();
        this.#changed = false;
        this.#send(changes);
    }
}

return { Buffered };
