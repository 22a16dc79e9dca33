"""Compiles one text template and renders it. What the language allows stands in template_tree.py."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import jinja2
from jinja2 import nodes

from messaging.template_program import Scope, compile_program, environment, run
from messaging.template_syntax import TemplateFault, parse
from messaging.template_tree import PathUse, TreeReader
from messaging.template_values import NOTHING, Missing, Path, as_text, path_name, resolve

__all__ = ["PathUse", "Rendered", "Template", "TemplateFailed", "TemplateFault", "compile_template"]

SOURCE_PER_TEXT = 4  # a source may be this many times as long as the text it may make
RECIPIENT_NAMES = frozenset({"player", "playerId", "messageId"})


class TemplateFailed(Exception):
    """A template met values it cannot work with, such as a text compared with a number."""


class Rendered(NamedTuple):
    """`value` is the text, or what a JSON leaf becomes. `warnings` are sentences for developers."""

    value: Any
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text. `max_length` caps what it renders, in characters.

    `kind` tells how it renders: as itself, as a join of texts and paths, or by Jinja. `uses` are the paths it
    names, `names` their first names. `single` says that the source is exactly one `${…}`.
    """

    source: str
    max_length: int
    kind: Literal["constant", "paths", "jinja"]
    uses: tuple[PathUse, ...] = ()
    names: frozenset[str] = frozenset()
    single: bool = False
    parts: tuple[str | Path, ...] = ()
    program: jinja2.Template | None = None

    @property
    def names_player(self) -> bool:
        """Whether it reads differently for each recipient of the same message."""
        return not self.names.isdisjoint(RECIPIENT_NAMES)

    def render(self, context: Mapping[str, Any]) -> Rendered:
        """The text. Raises TemplateFailed."""
        missing: list[str] = []
        try:
            text = self._text(context, missing)
        except Exception as fault:  # whatever it is, the message goes on with another text
            raise TemplateFailed(str(fault)) from fault
        if len(text) > self.max_length:
            warnings = (*_not_found(missing), f"is cut after {self.max_length} characters")
            return Rendered(text[: self.max_length], warnings)
        return Rendered(text, _not_found(missing)) if missing else Rendered(text)

    def value(self, context: Mapping[str, Any]) -> Rendered:
        """As `render`, but exactly one `${…}` keeps the type of its value. Raises TemplateFailed."""
        if not self.single:
            return self.render(context)
        try:
            value = self._single(context)
        except Exception as fault:
            raise TemplateFailed(str(fault)) from fault
        if isinstance(value, Missing):
            return Rendered("", _not_found([value.name])) if value.name else Rendered(None)
        return Rendered(value)

    def _text(self, context: Mapping[str, Any], missing: list[str]) -> str:
        if self.program is not None:
            return run(self.program, Scope(context, missing))
        pieces: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                pieces.append(part)
                continue
            value = resolve(context, part)
            if value is NOTHING:
                missing.append(path_name(part))
            pieces.append(as_text(value))
        return "".join(pieces)

    def _single(self, context: Mapping[str, Any]) -> Any:
        if self.program is not None:
            scope = Scope(context)
            run(self.program, scope)
            return scope.shown
        path = self.uses[0].path
        value = resolve(context, path)
        return Missing(path_name(path)) if value is NOTHING else value


def _not_found(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f'"{name}" is not in the message' for name in dict.fromkeys(names))


def compile_template(source: str, max_length: int) -> Template:
    """Raises TemplateFault with line and column. `max_length` is of the rendered text, in characters."""
    _check_characters(source, SOURCE_PER_TEXT * max_length)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if "${" not in source and "{%" not in source:
        return Template(source, max_length, "constant", parts=(source,))
    tree = parse(environment, source)
    reader = TreeReader(source)
    reader.read(tree)
    uses = tuple(reader.uses)
    names = frozenset(str(use.path[0]) for use in uses)
    shown = list(_shown(tree))
    single = len(shown) == 1 and not isinstance(shown[0], nodes.TemplateData | nodes.If)
    parts = [_plain_part(node) for node in shown]
    plain = tuple(part for part in parts if part is not None)
    if len(plain) == len(parts):
        kind: Literal["constant", "paths"] = "paths" if uses else "constant"
        return Template(source, max_length, kind, uses, names, single and bool(uses), plain)
    return Template(source, max_length, "jinja", uses, names, single, program=compile_program(tree))


def _shown(tree: nodes.Template) -> Iterator[nodes.Node]:
    """The texts and values that make up the template, and its ifs."""
    for part in tree.body:
        if isinstance(part, nodes.Output):
            yield from part.nodes
        else:
            yield part


def _plain_part(node: nodes.Node) -> str | Path | None:
    """A text, or a path's keys; None for what only Jinja renders."""
    if isinstance(node, nodes.TemplateData):
        return node.data
    if isinstance(node, nodes.Const):
        return as_text(node.value)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        path: Path = node.arg.value
        return path
    return None


def _check_characters(source: str, longest: int) -> None:
    if len(source) > longest:
        raise TemplateFault.at(f"is longer than {longest} characters", source, longest)
    for offset, character in enumerate(source):
        if character == "\x00" or "\ud800" <= character <= "\udfff":
            raise TemplateFault.at("holds a character that cannot be sent", source, offset)
