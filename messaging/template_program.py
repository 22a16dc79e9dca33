"""Renders by Jinja the templates that are more than texts and paths."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Template, nodes, pass_context
from jinja2.runtime import Context

from messaging.template_filters import FILTERS
from messaging.template_syntax import TemplateEnvironment
from messaging.template_tree import FIELDS
from messaging.template_values import NOTHING, Missing, as_text, path_name, resolve


@dataclass(slots=True)
class Scope:
    """One rendering: the message, the paths that led nowhere, and the last value put out."""

    context: Mapping[str, Any]
    missing: list[str] = field(default_factory=list)
    shown: Any = ""


@pass_context
def _show(context: Context, value: Any) -> str:
    scope: Scope = context[FIELDS]
    scope.shown = value
    if isinstance(value, Missing) and value.name is not None:
        scope.missing.append(value.name)
    return as_text(value)


class _Environment(TemplateEnvironment):
    def __init__(self) -> None:
        super().__init__()
        self.filters.update(FILTERS)
        self.finalize = _show

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Every look-up of a rewritten tree: a whole path in the message."""
        value = resolve(obj.context, argument)
        if value is NOTHING:
            return Missing(path_name(argument))
        return NOTHING if value is None else value


environment = _Environment()


def compile_program(tree: nodes.Template) -> Template:
    """From a tree that TreeReader let through and rewrote."""
    tree.set_environment(environment)
    return Template.from_code(environment, environment.compile(tree), {})


def run(program: Template, scope: Scope) -> str:
    return "".join(program.root_render_func(program.new_context({FIELDS: scope})))
