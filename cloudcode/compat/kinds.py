"""What kinds of values the names and expressions of a project may have, found by following assignments.

A kind is a text: `SparkPlayer`, `SparkPlayer[]`, `Spark` itself, `method:SparkPlayer.getPlayerId` for a
method that was not called yet, `request:LogEventRequest`, `function:ID`, `object:ID` for what a literal made,
`text:SCORE` for a short string, `data` for what Spark.getData() gives. What nothing is known of has none.
"""

from collections.abc import Iterable

from tree_sitter import Node

from cloudcode.compat.api import getter_of, is_known, is_object, returned
from cloudcode.compat.project import File, Kinds, Project, Scope
from cloudcode.syntax import FUNCTIONS, literal, text_of

GLOBALS = ("Spark", "SparkRequests")
LONGEST_TEXT = 100
BRANCHES = ("||", "&&", "??")
SAME_ELEMENTS = ("filter", "slice", "concat", "reverse", "sort", "splice")
ONE_ELEMENT = ("pop", "shift", "find")


class KindFinder:
    """`of` is what is known so far: learning.py fills in the scopes, and `properties` by object and name."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._visible = {key: list(project.visible(file)) for key, file in project.files.items()}
        self.functions = {
            f"function:{node_id}": scope
            for file in project.files.values()
            for node_id, scope in file.functions.items()
        }
        self.properties: dict[tuple[str, str], Kinds] = {}

    def of(self, file: File, scope: Scope, node: Node | None) -> Kinds:
        """The kinds that an expression may have."""
        if node is None:
            return set()
        match node.type:
            case "identifier":
                return self._named(file, scope, text_of(node))
            case "string":
                return _text_kind(node)
            case "parenthesized_expression":
                return self.any_of(file, scope, node.named_children)
            case "sequence_expression":
                return self.of(file, scope, node.named_children[-1])
            case "assignment_expression":
                return self.of(file, scope, node.child_by_field_name("right"))
            case "ternary_expression":
                branches = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
                return self.any_of(file, scope, branches)
            case "binary_expression" if _operator(node) in BRANCHES:
                return self.any_of(file, scope, node.named_children)
            case "member_expression" | "subscript_expression":
                return self._member(file, scope, node)
            case "call_expression":
                return self._call(file, scope, node)
            case "new_expression":
                made = self.of(file, scope, node.child_by_field_name("constructor"))
                return {
                    "request:" + kind.removeprefix("class:") for kind in made if kind.startswith("class:")
                }
            case "array":
                return {
                    f"{kind}[]" for kind in self.any_of(file, scope, node.named_children) if is_object(kind)
                }
            case "object":
                return {f"object:{node.id}"}
            case kind if kind in FUNCTIONS:
                return {f"function:{node.id}"}
        return set()

    def texts(self, file: File, scope: Scope, node: Node | None) -> list[str]:
        """The strings that an expression may be, as far as they are written in the project."""
        kinds = self.of(file, scope, node)
        return sorted(kind.removeprefix("text:") for kind in kinds if kind.startswith("text:"))

    # --- expressions -------------------------------------------------------------------------------------

    def any_of(self, file: File, scope: Scope, nodes: Iterable[Node | None]) -> Kinds:
        """Those of all of them."""
        found: Kinds = set()
        for node in nodes:
            found |= self.of(file, scope, node)
        return found

    def _named(self, file: File, scope: Scope, name: str) -> Kinds:
        here = scope
        while here.parent is not None:
            if name in here.names:
                return here.names[name]
            here = here.parent
        found = (top.names[name] for top in self._visible[file.key] if name in top.names)
        return set().union(*found, {name} if name in GLOBALS else ())

    def _member(self, file: File, scope: Scope, node: Node) -> Kinds:
        name, found = member_name(node), set[str]()
        for kind in self.of(file, scope, node.child_by_field_name("object")):
            if kind.endswith("[]"):
                found |= {kind.removesuffix("[]")} if node.type == "subscript_expression" else set()
            elif name is not None:
                found |= self._property(kind, name)
        return found

    def _property(self, kind: str, name: str) -> Kinds:
        if kind == "SparkRequests":
            return {f"class:{name}"}
        if kind.startswith("object:"):
            return self.properties.get((kind, name), set())
        if not is_object(kind):
            return set()
        if is_known(kind, name):
            return {f"method:{kind}.{name}"}
        getter = getter_of(kind, name)
        return set() if getter is None else self._given(kind, getter)

    def _given(self, kind: str, method: str) -> Kinds:
        """By a call of the method."""
        if (kind, method) == ("Spark", "getData"):
            return {"data"}
        gives = returned(kind, method)
        return {gives} if is_object(gives.removesuffix("[]")) else set()

    def _call(self, file: File, scope: Scope, node: Node) -> Kinds:
        found: Kinds = set()
        callee = node.child_by_field_name("function")
        for kind in self.of(file, scope, callee):
            if kind.startswith("method:"):
                owner, _, method = kind.removeprefix("method:").partition(".")
                found |= self._given(owner, method)
            elif kind.startswith("function:"):
                found |= self.functions[kind].returns
        return found | self._of_array(file, scope, callee, node)

    def _of_array(self, file: File, scope: Scope, callee: Node | None, call: Node) -> Kinds:
        """By `list.pop()` and the like."""
        if callee is None or callee.type != "member_expression":
            return set()
        name, lists = member_name(callee), self.of(file, scope, callee.child_by_field_name("object"))
        lists = {kind for kind in lists if kind.endswith("[]")}
        if name in SAME_ELEMENTS:
            return lists
        return {kind.removesuffix("[]") for kind in lists} if name in ONE_ELEMENT else set()


def member_name(node: Node) -> str | None:
    """`name` of `x.name` and of `x["name"]`."""
    if node.type == "member_expression":
        name = node.child_by_field_name("property")
        return None if name is None else text_of(name)
    return literal(node.child_by_field_name("index"))


def _operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return "" if operator is None else text_of(operator)


def _text_kind(node: Node) -> Kinds:
    text = literal(node) or ""
    return {f"text:{text}"} if 0 < len(text) <= LONGEST_TEXT else set()
