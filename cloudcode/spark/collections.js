"use strict";
const { ask, context, isArray, keys, readable, RealError, unavailable } = core;
const RealDate = Date, RealRegExp = RegExp;

// How values travel: dates as {$date}, regular expressions as {$regex}. `nothing` is what undefined becomes: in a
// query null, which matches what is missing; in a document the field is left out.
function packed(value, nothing) {
    if (value === undefined || typeof value === "function") return nothing;
    if (value === null || typeof value !== "object") return value;
    if (value instanceof RealDate) return { $date: value.getTime() };
    if (value instanceof RealRegExp) return { $regex: value.source, $options: value.flags.replace(/[^ims]/g, "") };
    if (typeof value.toJSON === "function") return packed(value.toJSON(), nothing);
    if (isArray(value)) return value.map((each) => packed(each, null) ?? null);
    const made = {};
    for (const name of keys(value)) {
        const each = packed(value[name], nothing);
        if (each !== undefined) made[name] = each;
    }
    return made;
}

const asQuery = (value) => packed(value, null) ?? null;
const asDocument = (value) => packed(value, undefined);

// Dates come as numbers, unless the script has asked for Date objects.
function unpacked(value) {
    if (value === null || typeof value !== "object") return value;
    const names = keys(value);
    if (names.length === 1 && names[0] === "$date") {
        return context.keepsDates ? new RealDate(value.$date) : value.$date;
    }
    for (const name of names) value[name] = unpacked(value[name]);
    return value;
}

const SparkMongoCursor = readable(class SparkMongoCursor {
    #collection;
    #asked;
    #batch = null; // what came last: { documents, after, rest, left }
    #at = 0;
    #current = null;
    constructor(collection, asked) {
        this.#collection = collection;
        this.#asked = asked;
    }
    #change(name, value) {
        if (this.#batch !== null) throw new RealError(`${name} comes before the first document is read`);
        this.#asked = { ...this.#asked, [name]: value };
        return this;
    }
    sort(orderBy) { return this.#change("sort", asQuery(orderBy)); }
    limit(count) { return this.#change("limit", Number(count)); }
    skip(count) { return this.#change("skip", Number(count)); }
    count() { return ask("collections.count", this.#collection, this.#asked); }
    size() { return this.count(); }
    // The next batch; false at the end.
    #read() {
        const last = this.#batch;
        if (last === null) this.#batch = ask("collections.find", this.#collection, this.#asked);
        else if (last.rest.length > 0) this.#batch = ask("collections.more", this.#collection, this.#asked, last.rest);
        else if (last.after !== null) {
            const asked = { ...this.#asked, skip: 0, limit: last.left };
            this.#batch = ask("collections.find", this.#collection, asked, last.after);
        } else return false;
        this.#at = 0;
        return true;
    }
    hasNext() {
        while (this.#batch === null || this.#at >= this.#batch.documents.length) if (!this.#read()) return false;
        return true;
    }
    next() {
        if (!this.hasNext()) throw new RealError("the cursor has no more documents");
        return (this.#current = unpacked(this.#batch.documents[this.#at++]));
    }
    curr() { return this.#current; }
    toArray() {
        const found = [];
        while (this.hasNext()) found.push(this.next());
        return found;
    }
});

class SparkMongoCollectionReadOnly {
    #name;
    constructor(name) { this.#name = name; }
    static nameOf(collection) { return collection.#name; }
    find(query, fields) {
        return new SparkMongoCursor(this.#name, { filter: asQuery(query), fields: asQuery(fields) });
    }
    findOne(query, fields, orderBy) {
        const asked = { filter: asQuery(query), fields: asQuery(fields), sort: asQuery(orderBy), limit: 1 };
        const found = askOf(this, "find", asked).documents;
        return found.length > 0 ? unpacked(found[0]) : null;
    }
    count(query) { return askOf(this, "count", { filter: asQuery(query) }); }
    distinct(key, query) { return unpacked(askOf(this, "distinct", String(key), asQuery(query))); }
    aggregate(firstOp, additionalOps, ...more) {
        const operations = [firstOp, additionalOps, ...more].flat().filter((each) => each !== undefined);
        return unpacked(askOf(this, "aggregate", asQuery(operations)));
    }
    ensureIndex(keys, options) { askOf(this, "ensureIndex", asQuery(keys), asQuery(options)); }
    dropIndex(keys) {
        const isName = typeof keys === "string";
        askOf(this, "dropIndex", isName ? keys : null, isName ? null : asQuery(keys));
    }
    dropIndexByName(name) { askOf(this, "dropIndex", String(name), null); }
    getIndexInfo() { return askOf(this, "indexes"); }
    getLastError() { return { ok: 1, err: null }; } // whatever goes wrong is an exception
}

function askOf(collection, verb, ...given) {
    return ask(`collections.${verb}`, SparkMongoCollectionReadOnly.nameOf(collection), ...given);
}

class SparkMongoCollectionReadWrite extends SparkMongoCollectionReadOnly {
    insert(documents, ...more) {
        const given = [documents, ...more].flat();
        for (let start = 0; start < given.length; start += 500) {
            const some = given.slice(start, start + 500);
            const ids = askOf(this, "insert", some.map(asDocument));
            ids.forEach((id, at) => named(some[at], id));
        }
        return true;
    }
    save(document) {
        named(document, askOf(this, "save", asDocument(document)));
        return true;
    }
    update(query, update, upsert, multi) {
        askOf(this, "update", asQuery(query), asDocument(update), upsert === true, multi === true);
        return true;
    }
    updateMulti(query, update) { return this.update(query, update, false, true); }
    remove(query) {
        if (query === undefined || query === null) throw new RealError("remove needs a query: {} matches everything");
        askOf(this, "remove", asQuery(query));
        return true;
    }
    drop() { askOf(this, "drop"); }
    // (query, update), (query, sort, update), or all of them.
    findAndModify(first, second, ...others) {
        const given = [first, second, ...others], isSorted = typeof given[2] === "object" && given[2] !== null;
        const [query, fields, sort, remove, update, returnNew, upsert] = given.length > 4 ? given
            : isSorted ? [first, null, second, false, given[2]] : [first, null, null, false, second];
        return this.#modified({
            query: asQuery(query), fields: asQuery(fields), sort: asQuery(sort), remove: remove === true,
            update: asDocument(update), returnNew: returnNew === true, upsert: upsert === true,
        });
    }
    findAndRemove(query) { return this.#modified({ query: asQuery(query), remove: true }); }
    #modified(modification) { return unpacked(askOf(this, "modify", modification)); }
    applyChanges(existingDocument, newDocument) {
        const before = asDocument(existingDocument) ?? null;
        named(newDocument, askOf(this, "applyChanges", before, asDocument(newDocument)));
        return true;
    }
}

function named(document, id) {
    if (document._id === undefined) document._id = unpacked(id);
}

readable(SparkMongoCollectionReadOnly);
readable(SparkMongoCollectionReadWrite);
unavailable(SparkMongoCollectionReadOnly, [
    "applyChanges", "drop", "findAndModify", "findAndRemove", "insert", "remove", "save", "update", "updateMulti",
]);

return {
    asDocument, SparkMongoCursor, unpacked,
    runtimeCollection: (name) => new SparkMongoCollectionReadWrite(`script.${name}`),
    metaCollection: (name) => new SparkMongoCollectionReadOnly(`meta.${name}`),
    systemCollection(name) {
        if (name !== "player") throw new RealError(`there is no system collection ${name}`);
        return new SparkMongoCollectionReadOnly("system.player");
    },
};
