"use strict";
const { ask, isArray, keys, parse, readable, stringify, topic } = core;
const { now } = Date;
const { asDocument, unpacked } = topic("collections");

// The game data service: items of a type by their id, which are stored when the script says so.
const nameOf = (type) => `data.${type}`;
const alive = () => ({ $or: [{ ttl: null }, { ttl: { $gt: now() } }] });
const copy = (value) => (value === undefined ? undefined : parse(stringify(value)));

// What the server refuses is the result's error; the script goes on.
function tried(work) {
    try { return work(); } catch (fault) { return new Result({ error: String(fault.message) }); }
}

class Result {
    #given;
    constructor(given) { this.#given = given; }
    error() { return this.#given.error ?? null; }
    document() { return this.#given.document ?? null; }
    cursor() { return this.#given.cursor ?? null; }
}

class Item {
    #type; #id; #data; #stored; #version; #ttl;
    constructor(type, id, stored) {
        this.#type = type;
        this.#id = id;
        this.#take(stored);
    }
    // As it is in the database; null where it is new.
    #take(stored) {
        this.#stored = stored === null ? null : copy(stored.data);
        this.#data = stored === null ? {} : stored.data;
        this.#version = stored === null ? null : stored.version;
        this.#ttl = stored === null ? null : stored.ttl;
    }
    getId() { return this.#id; }
    getType() { return this.#type; }
    getData() { return this.#data; }
    setData(data) { this.#data = data; return this; }
    getTTL() { return this.#ttl; }
    setTTL(milliseconds) { this.#ttl = milliseconds === null ? null : Number(milliseconds); return this; }
    persistor() { return new Persistor((how) => this.#persist(how)); }
    delete() {
        return tried(() => {
            ask("collections.remove", nameOf(this.#type), { _id: this.#id });
            return new Result({ document: this });
        });
    }

    #persist(how) {
        const query = { _id: this.#id };
        if (how.version && this.#stored !== null) query.version = this.#version;
        if (how.condition !== null) query.$and = [how.condition];
        const whole = how.overwrite || this.#stored === null;
        const update = whole ? { $set: { data: asDocument(this.#data) } } : this.#changes(how.increments);
        update.$set = { ...update.$set, ttl: this.#ttl };
        update.$inc = { ...update.$inc, version: 1 };
        const guarded = how.condition !== null || (how.version && this.#stored !== null);
        const modification = { query, update, returnNew: true, upsert: !guarded };
        const kept = ask("collections.modify", nameOf(this.#type), modification);
        if (kept === null) {
            return new Result({ error: how.condition === null ? "VERSION_CHECK_FAILED" : "CONDITION_CHECK_FAILED" });
        }
        this.#stored = copy(kept.data);
        this.#version = kept.version;
        return new Result({ document: this });
    }
    // Field by field, so that runs that change others lose nothing.
    #changes(increments) {
        const before = this.#stored, after = asDocument(this.#data), names = keys({ ...before, ...after });
        if (names.some((name) => !/^[^.$"\\]+$/.test(name))) return { $set: { data: after } };
        const update = { $set: {}, $unset: {}, $inc: {} };
        for (const name of names) {
            const old = before[name], now = after[name], path = `data.${name}`;
            if (now === undefined) update.$unset[path] = true;
            else if (stringify(old) === stringify(now)) continue;
            else if (increments && typeof old === "number" && typeof now === "number") update.$inc[path] = now - old;
            else update.$set[path] = now;
        }
        return update;
    }
}

class Persistor {
    #persist;
    #how = { overwrite: false, increments: false, version: false, condition: null };
    constructor(persist) { this.#persist = persist; }
    withOverwrite() { this.#how.overwrite = true; return this; }
    withAtomicIncrements() { this.#how.increments = true; return this; }
    withVersionCheck() { this.#how.version = true; return this; }
    withConditionCheck(condition) { this.#how.condition = Condition.queryOf(condition); return this; }
    persist() { return tried(() => this.#persist(this.#how)); }
}

class Condition {
    #query;
    constructor(query) { this.#query = query; }
    static queryOf(condition) { return condition.#query; }
    and(other) { return new Condition({ $and: [this.#query, other.#query] }); }
    or(other) { return new Condition({ $or: [this.#query, other.#query] }); }
    negate() { return new Condition({ $nor: [this.#query] }); }
}

// A field of items: of texts by S, of numbers by N.
class Field {
    #code; #cast;
    constructor(code, cast) {
        this.#code = `data.${code}`;
        this.#cast = cast;
    }
    #is(operators) { return new Condition({ [this.#code]: operators }); }
    eq(value) { return this.#is({ $eq: this.#cast(value) }); }
    ne(value) { return this.#is({ $ne: this.#cast(value) }); }
    gt(value) { return this.#is({ $gt: this.#cast(value) }); }
    ge(value) { return this.#is({ $gte: this.#cast(value) }); }
    lt(value) { return this.#is({ $lt: this.#cast(value) }); }
    le(value) { return this.#is({ $lte: this.#cast(value) }); }
    between(low, high) { return this.#is({ $gte: this.#cast(low), $lte: this.#cast(high) }); }
    in(values, ...more) {
        const all = isArray(values) ? values : [values, ...more];
        return this.#is({ $in: all.map((each) => this.#cast(each)) });
    }
    startsWith(text) {
        const from = String(text);
        return this.#is({ $gte: from, $lt: `${from}\u{10ffff}` });
    }
}

class Sort {
    #fields = {};
    constructor(code, ascending) { this.add(code, ascending); }
    static fieldsOf(sort) { return sort.#fields; }
    add(code, ascending) {
        this.#fields[`data.${code}`] = ascending === false ? -1 : 1;
        return this;
    }
}

class Items {
    #type; #cursor;
    constructor(type, cursor) {
        this.#type = type;
        this.#cursor = cursor;
    }
    hasNext() { return this.#cursor.hasNext(); }
    next() {
        const stored = this.#cursor.next();
        return new Item(this.#type, stored._id, stored);
    }
}

const SparkGameDataService = readable(class SparkGameDataService {
    getItem(type, id) {
        return tried(() => {
            const asked = { filter: { $and: [{ _id: String(id) }, alive()] }, limit: 1 };
            const found = ask("collections.find", nameOf(type), asked).documents;
            return new Result({ document: found.length === 0 ? null : new Item(type, String(id), unpacked(found[0])) });
        });
    }
    createItem(type, id) { return new Item(String(type), String(id), null); }
    queryItems(type, condition, sort) {
        return tried(() => {
            const filter = { $and: [condition ? Condition.queryOf(condition) : {}, alive()] };
            const asked = sort ? { filter, sort: Sort.fieldsOf(sort) } : { filter };
            const cursor = new (topic("collections").SparkMongoCursor)(nameOf(type), asked);
            cursor.hasNext(); // what is wrong with the query is this result's error
            return new Result({ cursor: new Items(type, cursor) });
        });
    }
    S(code) { return new Field(code, String); }
    N(code) { return new Field(code, Number); }
    sort(code, ascending) { return new Sort(code, ascending); }
});

return { gameDataService: () => new SparkGameDataService() };
