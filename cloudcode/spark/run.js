// `require` includes a module's text at the top level. Within an outermost call each is loaded once.
let loading = null;
const loadedOnce = new Set();

function load(code) {
    const text = host("module", code);
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
    const isError = typeof fault === "object" && fault !== null;
    const name = isError && fault.name !== undefined ? String(fault.name) : "Error";
    const message = isError && fault.message !== undefined ? String(fault.message) : String(fault);
    host("fail", name, message, isError && fault.stack !== undefined ? String(fault.stack) : "");
}

for (const [name, value] of [
    ["Spark", new Spark()], ["SparkRequests", SparkRequests], ["require", require], ["requireOnce", requireOnce],
]) {
    defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

globalThis.__run = function () {
    delete globalThis.__run;
    Object.assign(context, parse(host("begin")));
    try {
        evalInGlobalScope(host("main"));
        saveAll();
    } catch (fault) {
        report(fault);
    }
};
