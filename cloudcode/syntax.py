"""JavaScript as a tree of nodes, by tree-sitter: read, and never run."""

from collections.abc import Iterator

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "arrow_function",
        "method_definition",
    }
)
_parser = Parser(Language(tree_sitter_javascript.language()))


def parse(text: bytes) -> Node:
    return _parser.parse(text).root_node


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text; without punctuation."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.named_children))


def text_of(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def line_of(node: Node) -> int:
    """It counts from 1."""
    return int(node.start_point[0]) + 1


def literal(node: Node | None) -> str | None:
    """What a string literal says, None for anything else. Escapes stay as they are written."""
    if node is None or node.type != "string":
        return None
    return text_of(node)[1:-1]


def arguments_of(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    if given is None or given.type != "arguments":  # `new X` may have none
        return []
    return [child for child in given.named_children if child.type != "comment"]
