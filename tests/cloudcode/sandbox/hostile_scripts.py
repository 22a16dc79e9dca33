"""Scripts that were written to do harm, by kind, and how each of them ends (cloud-code.md §9)."""

from dataclasses import dataclass

TIMEOUT = "TIMEOUT"
OUT_OF_MEMORY = "InternalError: out of memory"
TOO_DEEP = "RangeError: Maximum call stack size exceeded"


@dataclass(frozen=True, slots=True)
class Hostile:
    """`ends`: TIMEOUT, or name and message of the exception; None when the run goes well and has left
    `leaves` in `result`."""

    text: str
    ends: str | None = TIMEOUT
    leaves: object = None


def ending(ends: str, *texts: str) -> list[Hostile]:
    return [Hostile(text, ends) for text in texts]


def harmless(*pairs: tuple[str, object]) -> list[Hostile]:
    """Each text leaves something in `result`."""
    end = "\nSpark.setScriptData('result', result);"
    return [Hostile(text + end, None, leaves) for text, leaves in pairs]


A40, A60 = "Array(40).join('a')", "Array(60).join('a')"
NAMES = "['process', 'std', 'os', 'fetch', 'setTimeout', 'WebAssembly', 'java', 'module', '__host', '__run']"

HOSTILE: dict[str, list[Hostile]] = {
    "loops": ending(
        TIMEOUT,
        "while (true) {}",
        "while (true) { try { while (true) {} } catch (e) {} finally {} }",
        "var a = []; while (a.length < 3e5) a.push(1); for (;;) a.sort(function () { return 1; });",
        "label: for (;;) { for (;;) continue label; }",
        "function* g() { for (;;) yield 1; } for (var x of g()) {}",
        "for (;;) eval('1');",
        "for (;;) { try { Spark.loadPlayer(String(Math.random())); } catch (e) {} }",
        "for (;;) Spark.getRemainingMilliseconds();",
        "for (;;) [1, 2, 3].map(function (x) { return x; });",
    ),
    "memory": ending(
        OUT_OF_MEMORY,
        "var a = []; for (;;) a.push('x'.repeat(1e5) + a.length);",
        "var a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));",
        "var f = function () {}; for (;;) f = (function (g) { return function () { g(); }; })(f);",
        "new Array(5e7).fill(1);",
        "JSON.stringify(new Array(1e6).fill('x'.repeat(100)));",
        "var m = new Map(); for (var i = 0; ; i++) m.set(i, new Array(1000).fill(i));",
        "var a = [1]; for (;;) a = a.concat([a, a], a);",
        "var s = 'x'.repeat(1e5), a = []; for (;;) a.push(s.split(''));",
    ),
    "regex": ending(
        TIMEOUT,
        f"/^(a+)+$/.test({A40} + 'b');",
        f"/^(a|a)*$/.test({A40} + 'b');",
        f"/^(a|aa)+$/.test({A60} + 'b');",
        "/(x+x+)+y/.test(Array(40).join('x'));",
        f"/^(([a-z])+.)+[A-Z]([a-z])+$/.test({A60});",
        f"/(.*)*(.*)*(.*)*(.*)*b$/.test({A40});",
        f"{A40}.concat('b').replace(/^(a+)+$/, 'c');",
        f"new RegExp('(?:(?:a*)*)*c$').exec({A40} + 'b');",
    ),
    "stack": ending(
        TOO_DEEP,
        "function f() { f(); } f();",
        "function f() { try { f(); } finally { f(); } } f();",
        "function f() { try { f(); } catch (e) { f(); } } f();",
        "function f(n) { return [n].map(f); } f(1);",
        "var o = {get x() { return this.x; }}; o.x;",
        "var p = new Proxy({}, {get: function (t, n, r) { return r[n]; }}); p.x;",
        "var o = {toString: function () { return '' + this; }}; '' + o;",
        "eval(new Array(1e5).join('(') + '1');",
        "JSON.parse(new Array(1e6).join('['));",
        "Spark.setScriptData('x', {toJSON: function () { return JSON.stringify(this); }});",
    ),
    "prototypes and proxies": harmless(
        ("Object.prototype.x = 1; Array.prototype.push = null; var result = ({}).x;", 1),
        ("JSON.parse = null; JSON.stringify = null; var result = Spark.getData().n;", 5),
        ("Object.prototype.toJSON = function () { return 7; }; var result = Spark.getData().n;", 5),
        ("Function.prototype.call = Function.prototype.apply = null; var result = Spark.getData().n;", 5),
        ("Spark.constructor.prototype.getData = function () { return 1; }; var result = Spark.getData();", 1),
        ("Object.freeze(Object.prototype); var result = Spark.getData().n;", 5),
        ("Reflect.get = null; Map.prototype.get = null; var result = typeof Spark.getLog();", "object"),
        ("Object.setPrototypeOf(Array.prototype, null); var result = Spark.getData().n;", 5),
    )
    + ending(
        TIMEOUT,
        "throw {get message() { while (true) {} }};",
        "Spark.setScriptData('x', new Proxy({}, {ownKeys: function () { for (;;); }}));",
    ),
    "host objects": harmless(
        (f"var result = {NAMES}.filter(function (n) {{ return n in globalThis; }});", []),
        ("var result = Function('return this')() === globalThis;", True),
        ("try { Spark.getData.caller; } catch (e) { var result = e.name; }", "TypeError"),
        ("var result = Object.keys(globalThis).indexOf('__host');", -1),
        ("var result = typeof (function () { return this; })().__host;", "undefined"),
        (
            "try { Spark.getRedis(); } catch (e) { var result = e.message; }",
            "Spark.getRedis is not available",
        ),
        ("try { import('os'); var result = 'later'; } catch (e) { result = 'later'; }", "later"),
        (
            "try { Spark.getData.constructor('return core')(); } catch (e) { var result = e.name; }",
            "ReferenceError",
        ),
    ),
    "log lines": harmless(
        ("for (var i = 0; i < 1e4; i++) Spark.getLog().info('x'); var result = i;", 10_000),
    )
    + ending(
        TIMEOUT,
        "for (var i = 0; ; i++) Spark.getLog().info('x');",
        "for (;;) Spark.getLog().error(new Array(1e4).join('x'));",
        "for (;;) { try { Spark.getLog().debug({a: [1]}); } catch (e) {} }",
        "var l = Spark.getLog(); (function again() { for (;;) l.warn(null); })();",
        "for (;;) Spark.getLog().info(undefined);",
        "for (;;) Spark.getLog().setLevel('ERROR'), Spark.getLog().error(1);",
        "for (;;) new (Spark.getLog().constructor)().info('x');",
    ),
    "huge results": ending("RangeError: no room for a", "Spark.setScriptData('a', new Array(2e6).join('x'));")
    + ending(
        "RangeError: no room for b",
        "var s = new Array(6e5).join('x'); Spark.setScriptData('a', s); Spark.setScriptData('b', s);",
        "var s = new Array(6e5).join('x'); Spark.setScriptError('a', s); Spark.setScriptError('b', s);",
    )
    + ending(
        "RangeError: a text of more than 4 MB",
        "Spark.getLog().info(new Array(5e6).join('x'));",
        "Spark.loadPlayer(new Array(5e6).join('x'));",
        "Spark.setScriptError('a', new Array(5e6).join('x'));",
        "throw new Error(new Array(5e6).join('x'));",
        "require(new Array(5e6).join('x'));",
    ),
    "time after the limit": ending(
        TIMEOUT,
        "try { for (;;); } finally { for (;;); }",
        "try { for (;;); } catch (e) { Spark.setScriptData('caught', 1); }",
        "Promise.resolve().then(function () { for (;;); }); for (;;);",
        "Spark.setScriptData('x', {toJSON: function () { for (;;); }});",
        "var o = {get x() { for (;;); }}; JSON.stringify(o);",
        "for (;;) { try { null.x; } catch (e) { continue; } }",
        "function* g() { try { for (;;) yield; } finally { for (;;); } } for (var x of g()) {}",
        "'a'.replace(/a/, function () { for (;;); });",
    ),
}
