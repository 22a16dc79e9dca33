// `require` includes a module's text at the top level. Within an outermost call each is loaded once.
let loading = null;
const loadedOnce = new Set();

function load(code) {
    const text = host("module", stringify(code));
    if (text === null) throw new RealError(`Module not found: ${code}`);
    loadedOnce.add(code);
    evalInGlobalScope(text);
}

function require(code) {
    const key = String(code), outermost = loading === null;
    if (outermost) loading = new Set();
    try {
        if (!loading.has(key)) {
            loading.add(key);
            load(key);
        }
    } finally {
        if (outermost) loading = null;
    }
}

function requireOnce(code) {
    if (!loadedOnce.has(String(code))) require(code);
}

function report(fault) {
    // What the engine throws where not even an error has room.
    if (fault === null) fault = { name: "InternalError", message: "out of memory" };
    const isError = typeof fault === "object" && fault !== null;
    const name = isError && fault.name !== undefined ? String(fault.name) : "Error";
    const message = isError && fault.message !== undefined ? String(fault.message) : String(fault);
    const stack = isError && fault.stack !== undefined ? String(fault.stack) : "";
    host("fail", stringify(name), stringify(message), stringify(stack));
}

for (const [name, value] of [
    ["Spark", new Spark()], ["SparkRequests", SparkRequests], ["require", require], ["requireOnce", requireOnce],
]) {
    defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

// All worlds begin as one memory: numbers that nobody can guess come from outside.
function seedRandom(seed) {
    let [a, b, c, d] = seed;
    const next = () => {
        const t = (a + b + d) | 0;
        d = (d + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = ((c << 21) | (c >>> 11)) + t | 0;
        return t >>> 0;
    };
    const random = { random() { return ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992; } };
    defineProperty(Math, "random", { value: random.random, writable: true, configurable: true });
}

for (const name of keys(sources)) topic(name);

globalThis.__run = function (main, text) {
    delete globalThis.__run;
    const given = parse(text);
    Object.assign(context, given.context);
    for (const name of keys(given.scriptData)) scriptData.set(name, stringify(given.scriptData[name]));
    seedRandom(given.seed);
    try {
        evalInGlobalScope(main);
        saveAtTheEnd();
        return result();
    } catch (fault) {
        report(fault);
        return "";
    }
};
