"""What each file uses of the script objects and requests, and the short codes that it names."""

from collections import defaultdict
from dataclasses import dataclass, field

from tree_sitter import Node

from cloudcode.compat.api import getter_of, is_known, is_object, is_supported
from cloudcode.compat.kinds import KindFinder, member_name
from cloudcode.compat.project import File, Scope
from cloudcode.syntax import arguments_of, line_of, literal, text_of
from protocol.registry import find

Lines = dict[str, set[int]]

# Every JavaScript object's own.
EVERY_OBJECT = frozenset({"hasOwnProperty", "toString", "valueOf", "constructor", "isPrototypeOf"})
SENDS = ("Send", "SendAs", "Execute", "ExecuteAs")

# By which argument of which method a short code is named, and where a game has such codes.
NAMED_BY = {
    "Spark.logEvent": (0, "events"),
    "Spark.message": (0, "messageExtensions"),
    "Spark.sendMessageExt": (1, "messageExtensions"),
    "Spark.sendMessageByIdExt": (1, "messageExtensions"),
    "SparkPlayer.addAchievement": (0, "achievements"),
    "SparkPlayer.hasAchievement": (0, "achievements"),
    "SparkPlayer.addVGood": (0, "virtualGoods"),
    "SparkPlayer.useVGood": (0, "virtualGoods"),
    "SparkPlayer.hasVGood": (0, "virtualGoods"),
    "SparkPlayer.setSegmentValue": (0, "segments"),
    "SparkPlayer.getSegmentValue": (0, "segments"),
    "SparkLeaderboards.getLeaderboard": (0, "leaderboards"),
    "SparkProperties.getProperty": (0, "properties"),
    "SparkProperties.getPropertySet": (0, "propertySets"),
}
NAMED_BY_FIELD = {
    "eventKey": "events",
    "challengeShortCode": "challenges",
    "leaderboardShortCode": "leaderboards",
}
OWN_FIELDS = frozenset(
    {
        "@class",
        "challengeId",
        "challengeInstanceId",
        "error",
        "eventKey",
        "playerId",
        "requestId",
        "scriptData",
    }
)


@dataclass
class Uses:
    """Lines by `SparkPlayer.getPlayerId` or `SparkRequests.LogEventRequest`; short codes by section.

    `getters` are those that are read as properties. `attributes` are the names read of Spark.getData().
    """

    supported: Lines = field(default_factory=lambda: defaultdict(set))
    missing: Lines = field(default_factory=lambda: defaultdict(set))
    getters: Lines = field(default_factory=lambda: defaultdict(set))
    codes: dict[str, Lines] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    attributes: set[str] = field(default_factory=set)


def uses_of(file: File, kinds: KindFinder) -> Uses:
    uses = Uses()
    for node, scope in file.nodes:
        match node.type:
            case "member_expression" | "subscript_expression":
                _member(uses, file, scope, node, kinds)
            case "call_expression":
                _call(uses, file, scope, node, kinds)
            case "pair":
                _field(
                    uses,
                    file,
                    scope,
                    node.child_by_field_name("key"),
                    node.child_by_field_name("value"),
                    kinds,
                )
            case "assignment_expression":
                _assigned(uses, file, scope, node, kinds)
    return uses


def _member(uses: Uses, file: File, scope: Scope, node: Node, kinds: KindFinder) -> None:
    name = member_name(node)
    if name is None:
        return
    line = line_of(node.child_by_field_name("property") or node)
    for kind in kinds.of(file, scope, node.child_by_field_name("object")):
        if kind == "data" and name not in OWN_FIELDS and not _is_callee(node):
            uses.attributes.add(name)
        elif kind == "SparkRequests":
            _request(uses, name, line)
        elif is_object(kind) and name not in EVERY_OBJECT and not _is_target(node):
            _of_object(uses, kind, name, line)


def _of_object(uses: Uses, kind: str, name: str, line: int) -> None:
    getter = None if is_known(kind, name) else getter_of(kind, name)
    if getter is not None:
        uses.getters[f"{kind}.{name}"].add(line)
    method = getter or name
    where = uses.supported if is_supported(kind, method) else uses.missing
    where[f"{kind}.{method}"].add(line)


def _request(uses: Uses, name: str, line: int) -> None:
    handler = find(name)
    built = handler is not None and handler.supported and not handler.admin_only
    (uses.supported if built else uses.missing)[f"SparkRequests.{name}"].add(line)


def _call(uses: Uses, file: File, scope: Scope, node: Node, kinds: KindFinder) -> None:
    given = arguments_of(node)
    for kind in kinds.of(file, scope, node.child_by_field_name("function")):
        method = kind.removeprefix("method:")
        position, section = NAMED_BY.get(method, (0, ""))
        if section and len(given) > position:
            for code in kinds.texts(file, scope, given[position]):
                uses.codes[section][code].add(line_of(node))


def _assigned(uses: Uses, file: File, scope: Scope, node: Node, kinds: KindFinder) -> None:
    target = node.child_by_field_name("left")
    if target is not None and target.type in ("member_expression", "subscript_expression"):
        name = target.child_by_field_name("property") or target.child_by_field_name("index")
        _field(uses, file, scope, name, node.child_by_field_name("right"), kinds)


def _field(
    uses: Uses, file: File, scope: Scope, key: Node | None, value: Node | None, kinds: KindFinder
) -> None:
    """`eventKey: "SCORE"` and `request.eventKey = "SCORE"`, and the class of a request in its JSON form."""
    if key is None:
        return
    name = literal(key) or text_of(key)
    if name in NAMED_BY_FIELD:
        for code in kinds.texts(file, scope, value):
            uses.codes[NAMED_BY_FIELD[name]][code].add(line_of(key))
    elif name == "@class":
        for text in kinds.texts(file, scope, value):
            if text.endswith("Request"):
                _request(uses, text.removeprefix("."), line_of(key))


def _is_callee(node: Node) -> bool:
    parent = node.parent
    callee = parent.child_by_field_name("function") if parent is not None else None
    return callee is not None and callee.id == node.id


def _is_target(node: Node) -> bool:
    """Whether something is assigned to it: that does nothing."""
    parent = node.parent
    if parent is None or parent.type not in ("assignment_expression", "augmented_assignment_expression"):
        return False
    left = parent.child_by_field_name("left")
    return left is not None and left.id == node.id
