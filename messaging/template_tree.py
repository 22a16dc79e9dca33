"""The template language: an allow-list over Jinja's tree.

Paths, constants, `if / elif / else`, comparisons and the filters of template_filters.py; nothing else, so
that a template can neither reach past the message nor take long. What is let through is rewritten: a path
becomes one look-up of the message, `fields[("challenge", "challenger", "name")]`, never an attribute.
"""

import inspect
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

from jinja2 import nodes

from messaging.template_filters import FILTERS
from messaging.template_syntax import HYPHEN, LONGEST_NESTING, TemplateFault
from messaging.template_values import Path, path_name

MOST_VALUES = 100  # `${…}` and conditions in one template
LONGEST_PATH = 16
FIELDS = "fields"  # what the rewritten tree calls the message

_NAMES: dict[type[nodes.Node], str] = {
    nodes.For: "a loop",
    nodes.Call: "a call",
    nodes.Macro: "a macro",
    nodes.CallBlock: "a macro",
    nodes.Include: "an include",
    nodes.Import: "an import",
    nodes.FromImport: "an import",
    nodes.Extends: "an inheritance",
    nodes.Block: "a block",
    nodes.Assign: "an assignment",
    nodes.AssignBlock: "an assignment",
    nodes.With: "an assignment",
    nodes.FilterBlock: "a filter block",
    nodes.Test: "an `is` test",
    nodes.Slice: "a slice",
    nodes.Concat: "a concatenation",
    nodes.List: "a list",
    nodes.Tuple: "a list",
    nodes.Dict: "an object",
}


@dataclass(frozen=True, slots=True)
class PathUse:
    """A path as a template names it, and where (from 1)."""

    path: Path
    line: int
    column: int

    @property
    def name(self) -> str:
        return path_name(self.path)


@dataclass(slots=True)
class TreeReader:
    """Checks one template's tree and rewrites it in place. Raises TemplateFault with the position."""

    source: str
    uses: list[PathUse] = field(default_factory=list)
    values: int = 0

    def read(self, tree: nodes.Template) -> None:
        tree.body = self._body(tree.body, 0)

    def _refuse(self, node: nodes.Node, what: str) -> NoReturn:
        raise TemplateFault.at(what, self.source, node.lineno)

    def _body(self, body: list[nodes.Node], depth: int) -> list[nodes.Node]:
        for node in body:
            if isinstance(node, nodes.Output):
                node.nodes = [self._shown(item) for item in node.nodes]
            elif isinstance(node, nodes.If):
                self._choice(node, depth)
            else:
                self._not_allowed(node)
        return body

    def _shown(self, node: nodes.Node) -> nodes.Expr:
        if isinstance(node, nodes.TemplateData):
            return node
        self._count(node)
        return self._expression(node, 0)

    def _count(self, node: nodes.Node) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            self._refuse(node, f"more than {MOST_VALUES} values and conditions")

    def _choice(self, node: nodes.If, depth: int) -> None:
        if depth >= LONGEST_NESTING:
            self._refuse(node, "is nested too deeply")
        self._count(node)
        node.test = self._expression(node.test, 0)
        self._body(node.body, depth + 1)
        for other in node.elif_:
            self._choice(other, depth)
        self._body(node.else_, depth + 1)

    def _expression(self, node: nodes.Node, depth: int) -> nodes.Expr:
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            return self._path(node)
        if depth >= LONGEST_NESTING:
            self._refuse(node, "is nested too deeply")
        if isinstance(node, nodes.Const):
            return node
        if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const):
            return self._negative(node, node.node.value)
        if isinstance(node, nodes.Not):
            node.node = self._expression(node.node, depth + 1)
        elif isinstance(node, nodes.And | nodes.Or):
            node.left = self._expression(node.left, depth + 1)
            node.right = self._expression(node.right, depth + 1)
        elif isinstance(node, nodes.Compare):
            node.expr = self._expression(node.expr, depth + 1)
            for operand in node.ops:
                self._count(operand.expr)
                operand.expr = self._expression(operand.expr, depth + 1)
        elif isinstance(node, nodes.CondExpr):
            self._inline_choice(node, depth)
        elif isinstance(node, nodes.Filter) and node.node is not None:
            node.node = self._expression(node.node, depth + 1)
            self._filter(node, depth)
        else:
            self._not_allowed(node)
        return cast(nodes.Expr, node)

    def _inline_choice(self, node: nodes.CondExpr, depth: int) -> None:
        node.test = self._expression(node.test, depth + 1)
        node.expr1 = self._expression(node.expr1, depth + 1)
        if node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno)
        else:
            node.expr2 = self._expression(node.expr2, depth + 1)

    def _negative(self, node: nodes.Expr, value: Any) -> nodes.Expr:
        if isinstance(value, int | float):
            return nodes.Const(-value, lineno=node.lineno)
        return self._not_allowed(node)

    def _filter(self, node: nodes.Filter, depth: int) -> None:
        filter_ = FILTERS.get(node.name)
        if filter_ is None:
            known = ", ".join(sorted(FILTERS))
            self._refuse(node, f'no filter is called "{node.name}"; there are {known}')
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            self._refuse(node, f'the filter "{node.name}" takes its arguments by position')
        try:
            inspect.signature(filter_).bind(None, *node.args)
        except TypeError:
            self._refuse(node, f'the filter "{node.name}" does not take {len(node.args)} arguments')
        node.args = [self._expression(argument, depth + 1) for argument in node.args]

    def _path(self, node: nodes.Node) -> nodes.Expr:
        """`challenge.accepted[0].name` as one look-up. Its keys stand in the source, never computed."""
        keys: list[str | int] = []
        inner: nodes.Node = node
        while not isinstance(inner, nodes.Name):
            if isinstance(inner, nodes.Getattr):
                keys.append(self._key(inner.attr, inner))
            elif isinstance(inner, nodes.Getitem):
                keys.append(self._subscript(inner.arg))
            else:
                self._not_allowed(inner)
            inner = inner.node
            if len(keys) >= LONGEST_PATH:
                self._refuse(node, f"a path of more than {LONGEST_PATH} names")
        keys.append(self._key(inner.name, inner))
        path = tuple(reversed(keys))
        where = TemplateFault.at("", self.source, inner.lineno)
        self.uses.append(PathUse(path, where.line, where.column))
        lineno = node.lineno
        message = nodes.Name(FIELDS, "load", lineno=lineno)
        return nodes.Getitem(message, nodes.Const(path, lineno=lineno), "load", lineno=lineno)

    def _subscript(self, argument: nodes.Expr) -> str | int:
        if not isinstance(argument, nodes.Const) or isinstance(argument.value, bool):
            self._refuse(argument, "only a constant name or number may stand in brackets")
        if isinstance(argument.value, int):
            return argument.value
        if not isinstance(argument.value, str):
            self._refuse(argument, "only a constant name or number may stand in brackets")
        return self._key(argument.value, argument)

    def _key(self, name: str, node: nodes.Node) -> str:
        if name.startswith("__"):
            self._refuse(node, f'"{name}" is not the name of a field')
        return name.replace(HYPHEN, "-")

    def _not_allowed(self, node: nodes.Node) -> NoReturn:
        if isinstance(node, nodes.BinExpr | nodes.UnaryExpr):
            self._refuse(node, "arithmetic is not part of the template language")
        what = _NAMES.get(type(node), "this")
        self._refuse(node, f"{what} is not part of the template language")
