"use strict";
// What everything here stands on; `sources` has the text of each topic's file. Scripts share this world and may replace its globals, so whatever is needed
// later is taken now; what they could gain by it they would gain over their own run alone.
const host = globalThis.__host;
delete globalThis.__host;
const { parse, stringify } = JSON;
const { defineProperty, getOwnPropertyNames, keys } = Object;
const isArray = Array.isArray;
const evalInGlobalScope = globalThis.eval; // by another name it is an indirect eval: top level, sloppy mode
const RealError = Error;

// Asks the server; what it refuses is an exception.
function ask(operation, ...given) {
    const reply = parse(host("call", operation, stringify(given)));
    if (reply.error !== undefined) throw new RealError(reply.error);
    return reply.value;
}

// The script and line that the outermost call of a Spark object stands on.
function callSite() {
    return parse(host("line", new RealError().stack));
}

// Any getX() or isX() without arguments can be read as .x too; writing to that is ignored.
function readable(type) {
    const prototype = type.prototype;
    for (const name of getOwnPropertyNames(prototype)) {
        const match = /^(?:get|is)([A-Z])(.*)$/.exec(name);
        if (match === null || prototype[name].length > 0) continue;
        const property = match[1].toLowerCase() + match[2];
        defineProperty(prototype, property, { get: prototype[name], set() {}, configurable: true });
    }
    return type;
}

function unavailable(type, names) {
    for (const name of names) {
        if (name in type.prototype) continue;
        const fail = { [name](...ignored) { throw new RealError(`${type.name}.${name} is not available`); } };
        defineProperty(type.prototype, name, { value: fail[name], configurable: true, writable: true });
    }
}

// A map of JSON values that the process keeps: scriptData and errors of the request or message.
const kept = {
    set(kind, name, value) {
        const text = stringify(value);
        if (text === undefined) host("drop", kind, String(name));
        else if (!host("keep", kind, String(name), text)) throw new RangeError(`no room for ${name}`);
    },
    get(kind, name) {
        const text = host("kept", kind, String(name));
        return text === null ? null : parse(text);
    },
};

const context = {}; // of this run: filled in by run.js

function idOf(player) {
    if (player === null || player === undefined) return null;
    const isPlayer = typeof player === "object" && typeof player.getPlayerId === "function";
    return isPlayer ? player.getPlayerId() : String(player);
}

function dateOf(milliseconds) {
    return milliseconds ? new Date(milliseconds) : null;
}

// Players and challenges that the run has loaded. What was set and not saved yet goes out before anything that
// others could see it by; what others may have changed is read again.
const stored = [];

function saveAll() {
    for (const each of stored) each.persist();
}

function forgetAll() {
    for (const each of stored) each.forget();
}

// Most scripts need few of the objects: each topic's file is compiled when a script first asks for one of its own.
const Compile = Function;
const loaded = {};

function topic(name) {
    return (loaded[name] ||= Compile("core", sources[name])(core));
}

const core = {
    ask, callSite, context, dateOf, defineProperty, forgetAll, host, idOf, isArray, keys, parse, readable, saveAll,
    stored, stringify, topic, unavailable,
};
