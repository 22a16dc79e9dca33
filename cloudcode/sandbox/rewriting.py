"""What older engines took and this one does not, rewritten before it compiles. Lines stay where they are.

- `for each (var x in list)` goes over the values.
- `const`, `let` and `class` at the top level become `var`: a module may be included twice, and what a script
  declares is there for the modules it includes and the other way round.
- `"use strict"` at the head of a file goes: the engine would keep that file's names to itself.
"""

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_parser = Parser(Language(tree_sitter_javascript.language()))


def rewrite(original: str) -> str | None:
    """The text for the engine; None where it holds no statement."""
    text = original.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = text.encode()
    root = _parser.parse(source).root_node
    if all(child.type == "comment" for child in root.children):
        return None
    edits: list[tuple[int, int, bytes]] = []
    edits += _directives(root)
    for child in root.children:
        edits += _top_level(child)
    edits += _for_each(root)
    for start, end, replacement in sorted(edits, reverse=True):
        source = source[:start] + replacement + source[end:]
    return source.decode()


def _directives(root: Node) -> list[tuple[int, int, bytes]]:
    edits: list[tuple[int, int, bytes]] = []
    for child in root.children:
        if child.type == "comment":
            continue
        if child.type != "expression_statement" or child.children[0].type != "string":
            break
        text = child.children[0]
        if text.text in (b'"use strict"', b"'use strict'"):
            edits.append((text.start_byte, text.end_byte, b" " * (text.end_byte - text.start_byte)))
    return edits


def _top_level(node: Node) -> list[tuple[int, int, bytes]]:
    if node.type == "lexical_declaration":
        kind = node.children[0]
        return [(kind.start_byte, kind.end_byte, b"var".ljust(kind.end_byte - kind.start_byte))]
    name = node.child_by_field_name("name") if node.type == "class_declaration" else None
    if name is not None and name.text is not None:
        return [(node.start_byte, node.start_byte, b"var " + name.text + b" = ")]
    return []


def _for_each(root: Node) -> list[tuple[int, int, bytes]]:
    edits: list[tuple[int, int, bytes]] = []
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        waiting += [child for child in node.children if child.has_error or child.type == "ERROR"]
        each = next(
            (child for child in node.children if child.type == "ERROR" and child.text == b"each"), None
        )
        operator, over = node.child_by_field_name("operator"), node.child_by_field_name("right")
        if node.type == "for_in_statement" and each is not None and operator is not None and over is not None:
            edits.append((each.start_byte, each.end_byte, b"    "))
            edits.append((operator.start_byte, operator.end_byte, b"of"))
            edits.append((over.start_byte, over.start_byte, b"Object.values(("))
            edits.append((over.end_byte, over.end_byte, b") || {})"))
    return edits
