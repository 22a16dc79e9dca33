// Instead of run.js, and in no run: which objects there are, and what they can do (cloudcode/catalogue.py).
for (const name of keys(sources)) topic(name);

function methodsOf(type) {
    const methods = {};
    for (let at = type.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
        for (const name of getOwnPropertyNames(at)) {
            const { value } = Object.getOwnPropertyDescriptor(at, name);
            if (name === "constructor" || typeof value !== "function" || name in methods) continue;
            methods[name] = { takes: value.length, available: !absent.has(value) };
        }
    }
    return methods;
}

return stringify(Object.fromEntries(keys(types).map((name) => [name, methodsOf(types[name])])));
