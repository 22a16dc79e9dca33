"""Ways of writing that only old engines took, and whether they work here."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from cloudcode.compat.project import REQUIRES, File, Project, Scope
from cloudcode.syntax import arguments_of, line_of, literal, text_of

QUIRKS = {
    "for each": (True, "it goes over the values, as before"),
    "getter as property": (True, "the getter is called"),
    "const twice": (True, "at the top level it is as var, so that a file may be included twice"),
    "use strict": (True, "at the head of a file it is left out: functions of modules stay visible"),
    "with": (True, "it works, as before"),
    "E4X": (False, "XML literals are no JavaScript any more: build strings, or use JSON"),
    "Java": (False, "there is no Java: use what Spark and JavaScript have"),
    "exports": (False, "require includes a file, and gives nothing back"),
    "no such global": (False, "browsers and Node have it; use what Spark has"),
    "computed require": (True, "what it includes was not looked at from here"),
}
JAVA = frozenset({"java", "javax", "Packages", "JavaImporter", "importPackage", "importClass"})
ABSENT = frozenset(
    {
        "Buffer", "XMLHttpRequest", "clearInterval", "clearTimeout", "console", "document", "fetch",
        "process", "setInterval", "setTimeout", "window",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Quirk:
    """`what` is a key of QUIRKS; `name` what it is about, "" where that says nothing."""

    line: int
    what: str
    name: str = ""


def quirks_of(file: File, project: Project) -> list[Quirk]:
    found = {quirk for node, scope in file.nodes for quirk in _of_node(node, scope, file, project)}
    return sorted(found | set(_strict(file)) | set(_const_twice(file, project)))


def _of_node(node: Node, scope: Scope, file: File, project: Project) -> Iterator[Quirk]:
    line = line_of(node)
    if node.type == "for_in_statement" and any(text_of(each) == "each" for each in node.children):
        yield Quirk(line, "for each")
    elif node.type == "with_statement":
        yield Quirk(line, "with")
    elif node.type in ("jsx_element", "jsx_self_closing_element") and not _within_xml(node):
        yield Quirk(line, "E4X")
    elif node.type == "identifier":
        name = text_of(node)
        if name in JAVA | ABSENT | {"exports", "module"} and not _declared(name, scope, file, project):
            yield from _global(node, name)
    elif node.type == "call_expression" and text_of(node.children[0]) in REQUIRES:
        for given in arguments_of(node)[:1]:
            if literal(given) is None:
                yield Quirk(line, "computed require", text_of(given)[:60])


def _global(node: Node, name: str) -> Iterator[Quirk]:
    if name in JAVA:
        yield Quirk(line_of(node), "Java", name)
    elif name == "exports" or (name == "module" and text_of(node.parent or node) == "module.exports"):
        yield Quirk(line_of(node), "exports")
    elif name in ABSENT:
        yield Quirk(line_of(node), "no such global", name)


def _declared(name: str, scope: Scope, file: File, project: Project) -> bool:
    here: Scope | None = scope
    while here is not None:
        if name in here.names:
            return True
        here = here.parent
    return any(name in top.names for top in project.visible(file))


def _within_xml(node: Node) -> bool:
    return node.parent is not None and node.parent.type.startswith("jsx")


def _strict(file: File) -> Iterator[Quirk]:
    for child in file.root.named_children:
        if child.type == "comment":
            continue
        if child.type != "expression_statement":
            return
        if literal(child.named_children[0]) == "use strict":
            yield Quirk(line_of(child), "use strict")


def _constants(file: File) -> Iterator[tuple[str, Node]]:
    for child in file.root.named_children:
        if child.type == "lexical_declaration" and text_of(child.children[0]) == "const":
            for declarator in child.named_children:
                name = declarator.child_by_field_name("name")
                if name is not None:
                    yield text_of(name), declarator


def _const_twice(file: File, project: Project) -> Iterator[Quirk]:
    """Declared again in the file itself or in one that it includes; or in a module that is included twice."""
    seen: set[str] = set()
    others = {name for key in project.reached(file) for name, _ in _constants(project.files[key])}
    for name, node in _constants(file):
        if name in seen or name in others:
            yield Quirk(line_of(node), "const twice", name)
        seen.add(name)
    included: set[str] = set()
    for code, call in file.required:
        module = project.module(code)
        for name, _ in _constants(module) if module is not None and code in included else ():
            yield Quirk(line_of(call), "const twice", name)
        included.add(code)
