"use strict";
// What everything here stands on. Scripts share this world and may replace its globals, so whatever is needed
// later is taken now; what they could gain by it they would gain over their own run alone.
const hostCall = globalThis.__host;
delete globalThis.__host;
const { parse, stringify } = JSON;
const { defineProperty, getOwnPropertyNames, keys } = Object;
const { apply } = Reflect;
const isArray = Array.isArray;
const { join } = Array.prototype;
const evalInGlobalScope = globalThis.eval; // by another name it is an indirect eval: top level, sloppy mode
const RealError = Error;

// The process around this world: texts, each JSON on a line of its own, go out, and a text or null comes back.
function host(operation, ...pieces) {
    return hostCall(apply(join, [operation, ...pieces], ["\n"]));
}

// Asks the server; what it refuses is an exception.
function ask(operation, ...given) {
    const reply = parse(host("call", operation, stringify(given)));
    if (reply.error !== undefined) throw new RealError(reply.error);
    return reply.value;
}

const last = []; // calls whose answers nobody waits for
let ending = false;

// For what is saved: at the end of a run nobody waits for the answer, which is part of that end.
function save(operation, ...given) {
    if (ending) last[last.length] = `["${operation}",${stringify(given)}]`;
    else ask(operation, ...given);
}

// The script and line that the outermost call of a Spark object stands on.
function callSite() {
    return parse(host("line", stringify(new RealError().stack)));
}

const types = {}; // of the Spark objects that scripts see, by name
const absent = new Set(); // methods that only say that they are not available

// A type of the scripts'. Any getX() or isX() without arguments can be read as .x too; writing to that is ignored.
function readable(type) {
    const prototype = type.prototype;
    types[type.name] = type;
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
        absent.add(fail[name]);
        defineProperty(type.prototype, name, { value: fail[name], configurable: true, writable: true });
    }
}

// scriptData of the request or message, as texts; errors are kept by the process, since they outlive every end.
const MOST_KEPT = 1024 * 1024; // characters
const scriptData = new Map();
const scriptErrors = {
    set(name, value) {
        const text = stringify(value);
        if (text === undefined) this.remove(name);
        else if (host("keep", stringify(name), text) === null) throw new RangeError(`no room for ${name}`);
    },
    get(name) { return parse(host("kept", stringify(name)) ?? "null"); },
    remove(name) { host("drop", stringify(name)); },
    clear() { host("drop", "null"); },
    any() { return host("kept", "null") !== null; },
};

function setScriptData(name, value) {
    const text = stringify(value);
    if (text === undefined) return scriptData.delete(name);
    let others = 0;
    for (const [each, kept] of scriptData) if (each !== name) others += kept.length;
    if (others + text.length > MOST_KEPT) throw new RangeError(`no room for ${name}`);
    return scriptData.set(name, text);
}

// What the run leaves, when it ends well.
function result() {
    const texts = [];
    for (const [name, text] of scriptData) texts[texts.length] = `${stringify(name)}:${text}`;
    return `"scriptData":{${apply(join, texts, [","])}},"last":[${apply(join, last, [","])}]`;
}

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
    for (const each of stored) each.save();
}

function saveAtTheEnd() {
    ending = true;
    saveAll();
}

function forgetAll() {
    for (const each of stored) each.forget();
}

// Each topic's file is a function of its own, given `core`; it ends with what others may use of it.
const Compile = Function;
const loaded = {};

function topic(name) {
    return (loaded[name] ||= Compile("core", sources[name])(core));
}

const core = {
    ask, callSite, context, dateOf, defineProperty, forgetAll, host, idOf, isArray, keys, parse, readable, RealError,
    save, saveAll, stored, stringify, topic, unavailable,
};
