"""Follows assignments, calls, returns and loops until nothing new is learned of any name."""

from tree_sitter import Node

from cloudcode.compat.kinds import KindFinder, member_name
from cloudcode.compat.project import File, Kinds, Project, Scope
from cloudcode.syntax import arguments_of, literal, text_of

ROUNDS = 10
EACH_ELEMENT = ("forEach", "map", "filter", "some", "every", "find")


def kinds_in(project: Project) -> KindFinder:
    """With all that can be known of the project's names."""
    kinds = KindFinder(project)
    learner = _Learner(kinds)
    for _ in range(ROUNDS):
        if not learner.look_at(project):
            break
    return kinds


class _Learner:
    def __init__(self, kinds: KindFinder) -> None:
        self._kinds = kinds
        self._grew = False

    def look_at(self, project: Project) -> bool:
        """Whether something new was learned."""
        self._grew = False
        for file in project.files.values():
            for node, scope in file.nodes:
                self._learn(file, scope, node)
        return self._grew

    def _learn(self, file: File, scope: Scope, node: Node) -> None:
        match node.type:
            case "variable_declarator":
                self._assign(file, scope, node.child_by_field_name("name"), node.child_by_field_name("value"))
            case "assignment_expression":
                self._assign(file, scope, node.child_by_field_name("left"), node.child_by_field_name("right"))
            case "function_declaration":
                name = node.child_by_field_name("name")
                self._grow(scope.names.setdefault(text_of(name or node), set()), {f"function:{node.id}"})
            case "return_statement":
                self._grow(scope.returns, self._kinds.any_of(file, scope, node.named_children))
            case "pair":
                self._pair(file, scope, node)
            case "for_in_statement":
                self._loop(file, scope, node)
            case "call_expression":
                self._arguments(file, scope, node)

    def _assign(self, file: File, scope: Scope, target: Node | None, value: Node | None) -> None:
        if target is None or value is None:
            return
        kinds = self._kinds.of(file, scope, value)
        if target.type == "identifier":
            self._set(file, scope, text_of(target), kinds)
        elif target.type == "member_expression" and (name := member_name(target)) is not None:
            for owner in self._kinds.of(file, scope, target.child_by_field_name("object")):
                if owner.startswith("object:"):
                    self._grow(self._kinds.properties.setdefault((owner, name), set()), kinds)

    def _set(self, file: File, scope: Scope, name: str, kinds: Kinds) -> None:
        """The innermost scope that declares the name; else it becomes one of the file's top level."""
        here = scope
        while name not in here.names and here.parent is not None:
            here = here.parent
        self._grow(here.names.setdefault(name, set()), kinds)

    def _pair(self, file: File, scope: Scope, node: Node) -> None:
        key, owner = node.child_by_field_name("key"), node.parent
        if key is not None and owner is not None and owner.type == "object":
            name = literal(key) or text_of(key)
            kinds = self._kinds.of(file, scope, node.child_by_field_name("value"))
            self._grow(self._kinds.properties.setdefault((f"object:{owner.id}", name), set()), kinds)

    def _loop(self, file: File, scope: Scope, node: Node) -> None:
        """`for each (x in list)` and `for (x of list)`; `in` alone gives names."""
        operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
        each = any(child.type == "ERROR" and text_of(child) == "each" for child in node.children)
        if left is None or operator is None or not (each or text_of(operator) == "of"):
            return
        lists = self._kinds.of(file, scope, node.child_by_field_name("right"))
        elements = {kind.removesuffix("[]") for kind in lists if kind.endswith("[]")}
        if left.type == "identifier":
            self._set(file, scope, text_of(left), elements)

    def _arguments(self, file: File, scope: Scope, node: Node) -> None:
        """What a function is called with, its parameters may be."""
        callee, given = node.child_by_field_name("function"), arguments_of(node)
        for kind in self._kinds.of(file, scope, callee):
            if kind.startswith("function:"):
                called = self._kinds.functions[kind]
                for name, argument in zip(called.parameters, given, strict=False):
                    self._grow(called.names[name], self._kinds.of(file, scope, argument))
        if callee is None or callee.type != "member_expression" or member_name(callee) not in EACH_ELEMENT:
            return
        lists = self._kinds.of(file, scope, callee.child_by_field_name("object"))
        elements = {kind.removesuffix("[]") for kind in lists if kind.endswith("[]")}
        for kind in self._kinds.any_of(file, scope, given[:1]):
            if kind.startswith("function:"):
                for name in self._kinds.functions[kind].parameters[:1]:
                    self._grow(self._kinds.functions[kind].names[name], elements)

    def _grow(self, known: Kinds, more: Kinds) -> None:
        if not more <= known:
            known |= more
            self._grew = True
