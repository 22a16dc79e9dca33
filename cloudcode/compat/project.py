"""A project's files as syntax trees, and what each can see of the others by `require`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node

from cloudcode.syntax import FUNCTIONS, arguments_of, literal, parse, text_of, walk

REQUIRES = ("require", "requireOnce")
MODULES = "modules/"

Kinds = set[str]


@dataclass(eq=False)
class Scope:
    """Names of a function, or of a file's top level, with the kinds of their values (kinds.py)."""

    parent: "Scope | None" = None
    names: dict[str, Kinds] = field(default_factory=dict)
    returns: Kinds = field(default_factory=set)
    parameters: list[str] = field(default_factory=list)

    def declare(self, name: str) -> None:
        self.names.setdefault(name, set())


@dataclass(eq=False)
class File:
    """`nodes` are all nodes, each with the scope that it stands in; `functions` are the scopes by node id."""

    key: str
    text: str
    top: Scope = field(default_factory=Scope)
    functions: dict[int, Scope] = field(default_factory=dict)
    nodes: list[tuple[Node, Scope]] = field(default_factory=list)

    @cached_property
    def root(self) -> Node:
        """Lines and bytes are those of the text without its byte order mark, as the engine gets it."""
        text = self.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return parse(text.encode())

    @property
    def is_script(self) -> bool:
        """Whether there is anything but comments."""
        return any(child.type != "comment" for child in self.root.children)

    @cached_property
    def required(self) -> list[tuple[str, Node]]:
        """The modules that it names, each with the call."""
        return [
            (code, node)
            for node in walk(self.root)
            if node.type == "call_expression"
            and text_of(node.children[0]) in REQUIRES
            and (given := arguments_of(node))
            and (code := literal(given[0])) is not None
        ]

    def read(self) -> None:
        """Fill in the nodes and scopes."""
        waiting = [(self.root, self.top)]
        while waiting:
            node, scope = waiting.pop()
            _declare(node, scope)
            self.nodes.append((node, scope))
            if node.type in FUNCTIONS:
                scope = self._function(node, scope)
            waiting.extend((child, scope) for child in reversed(node.named_children))

    def _function(self, node: Node, outer: Scope) -> Scope:
        scope = self.functions[node.id] = Scope(outer)
        given = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        for child in [given] if given is not None and given.type == "identifier" else _children(given):
            name = child.child_by_field_name("left") if child.type == "assignment_pattern" else child
            scope.parameters.append(text_of(name) if name is not None else "")
            scope.declare(scope.parameters[-1])
        return scope


def _children(node: Node | None) -> list[Node]:
    return node.named_children if node is not None else []


def _declare(node: Node, scope: Scope) -> None:
    """What is declared by `var` and by a function's name; blocks are no scopes of their own here."""
    if node.type in ("variable_declarator", "function_declaration"):
        name = node.child_by_field_name("name")
        if name is not None and name.type == "identifier":
            scope.declare(text_of(name))
    elif node.type == "for_in_statement" and node.child_by_field_name("kind") is not None:
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            scope.declare(text_of(left))


class Project:
    """All scripts that something runs. `files` by key; those of comments alone are left out."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        files = {key: File(key, text) for key, text in sorted(texts.items())}
        self.files = {key: file for key, file in files.items() if file.is_script}
        for file in self.files.values():
            file.read()
        self._reached = {key: self._reach(file) for key, file in self.files.items()}

    def module(self, code: str) -> File | None:
        return self.files.get(MODULES + code)

    def reached(self, file: File) -> set[str]:
        """The keys of the modules that it requires, and those of theirs."""
        return self._reached[file.key]

    def visible(self, file: File) -> Iterator[Scope]:
        """The top levels that share its names in some run, its own first: a module sees who includes it."""
        keys = {file.key, *self.reached(file)}
        for key, reached in self._reached.items():
            if file.key in reached:
                keys |= {key, *reached}
        yield file.top
        for key in sorted(keys - {file.key}):
            yield self.files[key].top

    def _reach(self, file: File) -> set[str]:
        found: set[str] = set()
        waiting = [file]
        while waiting:
            for code, _ in waiting.pop().required:
                module = self.module(code)
                if module is not None and module.key not in found:
                    found.add(module.key)
                    waiting.append(module)
        return found
