"""What a test of one Spark method is: a call, and what must come of it, in the script or outside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.wire.methods.world import World

Effect = Callable[["World"], Any]


@dataclass(frozen=True)
class Case:
    """`call` is a JavaScript expression, `shown` one of its result `r`; what that gives must be `expected`, a
    value or a function of the world. `effect` reads something outside the script, which must be `outside`."""

    call: str
    expected: Any = None
    shown: str = "r"
    effect: Effect | None = None
    outside: Any = None


@dataclass(frozen=True)
class Group:
    """Cases that run one after the other in one script, by method (`SparkPlayer.getUserName`; a second case
    of a method has something behind a space). `before` is run first. `as_player` runs it."""

    cases: Mapping[str, Case]
    before: str = ""
    as_player: str = "ana"
    modules: Mapping[str, str] = field(default_factory=dict)


HARNESS = """
var results = {}, me = Spark.getPlayer(), w = Spark.getData().world;
function typeOf(v) {
    if (v === undefined) return "void";
    if (v === null) return "null";
    if (typeof v !== "object") return typeof v;
    if (v instanceof Date) return "date";
    if (Array.isArray(v)) return (v.length ? typeOf(v[0]) : "") + "[]";
    var name = v.constructor ? v.constructor.name : "Object";
    return name === "Object" ? "JSON" : name;
}
function run(name, act, show) {
    try {
        var r = act();
        var shown = show(r);
        results[name] = {type: typeOf(r), value: shown === undefined ? "undefined" : shown};
    } catch (e) { results[name] = {fault: e.message || String(e)}; }
    Spark.setScriptData("results", results);
}
function fault(act) { try { act(); return "no exception"; } catch (e) { return e.message; } }
"""


def script_of(group: Group) -> str:
    lines = [HARNESS, group.before]
    for name, case in group.cases.items():
        lines.append(
            f'run("{name}", function () {{ return {case.call}; }}, function (r) {{ return {case.shown}; }});'
        )
    return "\n".join(lines)
