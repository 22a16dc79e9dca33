"""Payload templates: JSON is parsed first, then its texts are rendered, so no value can break it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from messaging.language import Rendered, Template, TemplateFault, compile_template

LONGEST_LEAF = 4096  # characters; no provider takes more in a whole payload, Kindle apart
DEEPEST = 16
MOST_ITEMS = 1000


class JsonTemplateFault(ValueError):
    """`path` leads to the text at fault, from the value's root: `.aps.alert.body`, `.lines[2]`."""

    def __init__(self, path: str, fault: TemplateFault) -> None:
        super().__init__(f"{path}: {fault}" if path else str(fault))
        self.path, self.fault = path, fault


@dataclass(frozen=True, slots=True)
class JsonTemplate:
    """`tree` is the JSON with every text in it compiled. `names` as in Template."""

    tree: Any
    names: frozenset[str]

    def render(self, context: Mapping[str, Any]) -> Rendered:
        """The JSON value. A text that is exactly one `${…}` keeps the type of what it names.

        Raises TemplateFailed.
        """
        warnings: list[str] = []
        value = _render(self.tree, context, warnings)
        return Rendered(value, tuple(dict.fromkeys(warnings)))


def compile_json(value: Any) -> JsonTemplate:
    """`value` is parsed JSON. Raises JsonTemplateFault."""
    tree = _Compiler().compile(value, "", 0)
    names = frozenset(name for template in _leaves(tree) for name in template.names)
    return JsonTemplate(tree, names)


class _Compiler:
    def __init__(self) -> None:
        self.items = 0

    def compile(self, value: Any, path: str, depth: int) -> Any:
        self.items += 1
        if depth > DEEPEST or self.items > MOST_ITEMS:
            raise JsonTemplateFault(path, TemplateFault("is nested too deeply or too large"))
        if isinstance(value, str):
            return self._leaf(value, path)
        if isinstance(value, Mapping):
            return {key: self.compile(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.compile(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
        return value

    @staticmethod
    def _leaf(text: str, path: str) -> Template:
        try:
            return compile_template(text, LONGEST_LEAF)
        except TemplateFault as fault:
            raise JsonTemplateFault(path, fault) from None


def _render(tree: Any, context: Mapping[str, Any], warnings: list[str]) -> Any:
    if isinstance(tree, Template):
        rendered = tree.value(context)
        warnings.extend(rendered.warnings)
        return rendered.value
    if isinstance(tree, dict):
        return {key: _render(item, context, warnings) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_render(item, context, warnings) for item in tree]
    return tree


def _leaves(tree: Any) -> Iterator[Template]:
    if isinstance(tree, Template):
        yield tree
    elif isinstance(tree, dict | list):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from _leaves(item)
